"""An email as a message of RFC 5322."""

import datetime
from collections.abc import Sequence
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from rcm_tui.billing.cases.timeline.emails import addresses


def made_message(
    *,
    sender: str,
    to: Sequence[str],
    copies: Sequence[str] = (),
    subject: str,
    text: str,
    message_id: str = "",
    date: datetime.datetime,
) -> EmailMessage:
    """The message. Without a `message_id` it is a draft for another program to send.

    Addresses are checked, and a header can hold no line break: Refused or ValueError is raised.
    """
    message = EmailMessage(policy=policy.SMTP)
    if sender:
        message["From"] = ", ".join(addresses(sender, "From"))
    message["To"] = ", ".join(addresses(" ".join(to)))
    if copies:
        message["Cc"] = ", ".join(addresses(" ".join(copies), "Cc"))
    message["Subject"] = subject
    message["Date"] = format_datetime(date)
    if message_id:
        message["Message-ID"] = message_id
    else:
        message["X-Unsent"] = "1"
    message.set_content(text)
    return message
