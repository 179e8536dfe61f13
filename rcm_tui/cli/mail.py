"""The practice's mail server as the settings have it, with its password."""

from rcm_tui.billing.cases.timeline.emails import addresses
from rcm_tui.billing.outcome import Refused
from rcm_tui.data.passwords import PasswordMissing, password_in_file, password_in_keyring
from rcm_tui.exchange.mail.server import PORTS, MailServer
from rcm_tui.settings import Settings, SettingsError


def mail_server(settings: Settings) -> MailServer | None:
    """The server; None where none is set. Raises SettingsError for one that cannot be used."""
    if settings.smtp_host is None:
        return None
    if settings.smtp_sender is None:
        raise SettingsError("smtp_host is set, and smtp_sender is missing: whom are emails from?")
    try:
        addresses(settings.smtp_sender, "smtp_sender")
        if settings.alarms_to:
            addresses(settings.alarms_to, "alarms_to")
    except Refused as error:
        raise SettingsError(str(error)) from None
    return MailServer(
        settings.smtp_host,
        settings.smtp_port or PORTS[settings.smtp_security],
        settings.smtp_security,
        settings.smtp_sender,
        settings.smtp_user or "",
        _password(settings) if settings.smtp_user else "",
        settings.alarms_to or "",
    )


def _password(settings: Settings) -> str:
    try:
        if settings.smtp_password_file is not None:
            return password_in_file(settings.smtp_password_file)
        return password_in_keyring("smtp", str(settings.smtp_user))
    except PasswordMissing as error:
        raise SettingsError(f"the password of smtp_user is missing: {error}") from None
