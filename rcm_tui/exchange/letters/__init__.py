"""Letters as files: PDF to be printed, faxed or uploaded, or text."""
