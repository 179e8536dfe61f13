"""Forms: declared fields, what is typed into them, and the widget that draws and drives both."""
