"""The practice's mail server as the settings have it, with its password."""

from pathlib import Path

from rcm_tui.billing.cases.timeline.emails import addresses
from rcm_tui.billing.outcome import Refused
from rcm_tui.data.keys import ReadByOthers, read_password
from rcm_tui.exchange.mail.server import PORTS, MailServer
from rcm_tui.settings import APPLICATION, Settings, SettingsError


def mail_server(settings: Settings) -> MailServer | None:
    """The server; None where none is set. Raises SettingsError for one that cannot be used."""
    if settings.smtp_host is None:
        return None
    if settings.smtp_sender is None:
        raise SettingsError("smtp_host is set, and smtp_sender is missing: whom are emails from?")
    try:
        addresses(settings.smtp_sender, "smtp_sender")
    except Refused as error:
        raise SettingsError(str(error)) from None
    return MailServer(
        settings.smtp_host,
        settings.smtp_port or PORTS[settings.smtp_security],
        settings.smtp_security,
        settings.smtp_sender,
        settings.smtp_user or "",
        _password(settings) if settings.smtp_user else "",
    )


def _password(settings: Settings) -> str:
    if settings.smtp_password_file is not None:
        return _from_file(settings.smtp_password_file)
    try:
        import keyring
    except ImportError:
        raise SettingsError(
            "smtp_user is set without smtp_password_file, and there is no keyring here:"
            " pip install keyring, or name a file"
        ) from None
    found = keyring.get_password(f"{APPLICATION} smtp", str(settings.smtp_user))
    if found is None:
        raise SettingsError(
            f"the keyring has no password of {settings.smtp_user} for “{APPLICATION} smtp”:"
            " put it there, or name a file as smtp_password_file"
        )
    return str(found)


def _from_file(path: Path) -> str:
    try:
        return read_password(path)
    except ReadByOthers:
        raise SettingsError(
            f"smtp_password_file {path} can be read by others: chmod 600 it"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"smtp_password_file {path} cannot be read: {error}") from None
