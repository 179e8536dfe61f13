"""Passwords of servers: in a file that its owner alone can read, or in the machine's keyring."""

from pathlib import Path

from rcm_tui.data.keys import read_by_others

KEYRING = "keyring"
"""What is said instead of a file's name when the keyring has the password."""
SERVICE = "rcm-tui {}"
"""What a password is kept for in the keyring, beside the login."""


class PasswordMissing(Exception):
    """A password is not to be had; the sentence says why and what to do, without its end."""


def password_in_file(path: Path) -> str:
    """The password that a file holds. Raises PasswordMissing, also where others can read it."""
    try:
        if read_by_others(path):
            raise PasswordMissing(f"{path} can be read by others: chmod 600 it")
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PasswordMissing(f"{path} cannot be read: {error}") from None


def password_in_keyring(server: str, login: str) -> str:
    """The password of a login at a server, from the keyring of who runs this.

    Raises PasswordMissing where there is no keyring, where it is locked, and where it has none.
    """
    service = SERVICE.format(server)
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise PasswordMissing(
            "there is no keyring here: pip install 'rcm-tui[keyring]', or name a file"
        ) from None
    try:
        found = keyring.get_password(service, login)
    except KeyringError as error:
        raise PasswordMissing(f"the keyring cannot be read: {error}") from None
    if found is None:
        raise PasswordMissing(
            f"the keyring has no password of {login} for “{service}”:"
            f' keyring set "{service}" {login}'
        )
    return found
