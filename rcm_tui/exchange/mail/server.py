"""Sending through the practice's mail server (SMTP): encrypted, unless it is on this machine."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage

STARTTLS, TLS, NONE = "starttls", "tls", "none"
PORTS = {STARTTLS: 587, TLS: 465, NONE: 25}
HERE = ("localhost", "127.0.0.1", "::1")
SECONDS = 30


class MailRefused(Exception):
    """The server will not take the email, now or later; the text is what it said."""


class MailTrouble(Exception):
    """The email did not go out this time: it may at another; the text says why."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """How the practice's mail server is reached, and who the emails are from."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = ""
    alarms_to: str = ""
    """Whom alarms of emergency access go to; empty for nobody."""
    trusted: ssl.SSLContext | None = None
    """Whose certificates are trusted; the machine's own without it."""


def deliver(server: MailServer, message: EmailMessage) -> str:
    """Gives a message to the server; returns which addresses it did not take, "" for none.

    Raises MailRefused when it never will, MailTrouble when it may be tried again.
    """
    try:
        with _connected(server) as connection:
            refused = connection.send_message(message, from_addr=server.sender)
    except smtplib.SMTPRecipientsRefused as error:
        said = _said(error.recipients)
        temporary = any(code < 500 for code, _ in error.recipients.values())
        raise (MailTrouble(said) if temporary else MailRefused(said)) from None
    except smtplib.SMTPAuthenticationError as error:
        raise MailTrouble(f"the server does not know the user: {_text(error)}") from None
    except smtplib.SMTPResponseException as error:
        said = f"{error.smtp_code} {_text(error)}"
        for_good = error.smtp_code >= 500
        raise (MailRefused(said) if for_good else MailTrouble(said)) from None
    except smtplib.SMTPNotSupportedError as error:
        raise MailTrouble(f"the server cannot do what is set: {error}") from None
    except (OSError, smtplib.SMTPException) as error:
        raise MailTrouble(f"the server {server.host} cannot be reached: {error}") from None
    return _said(refused)


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.security == NONE and server.host not in HERE:
        raise MailTrouble("smtp_security is none: that is for a server on this machine alone")
    trusted = server.trusted or ssl.create_default_context()
    if server.security == TLS:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=SECONDS, context=trusted
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    try:
        if server.security == STARTTLS:
            connection.starttls(context=trusted)
        if server.user:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _said(refused: dict[str, tuple[int, bytes]]) -> str:
    return "; ".join(
        f"{address}: {code} {text.decode('utf-8', 'replace')}"
        for address, (code, text) in refused.items()
    )


def _text(error: smtplib.SMTPResponseException) -> str:
    said = error.smtp_error
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
