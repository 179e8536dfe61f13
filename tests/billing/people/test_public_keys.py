"""SSH public keys: what is one, what is not, and what is said then."""

import subprocess
from pathlib import Path

import pytest

from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.people.public_keys import read_public_key

ED25519 = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdtX7mOTyGwxI5fHVJ6KJ3CUHmyyLvcnyDJfV2D8Vyd"
    " alice's laptop"
)


def made(folder: Path, *options: str) -> Path:
    """A key that ssh-keygen makes; the path of its public half."""
    file = folder / "key"
    subprocess.run(
        ["ssh-keygen", "-q", "-N", "", "-C", "made here", "-f", str(file), *options], check=True
    )
    return file.with_name("key.pub")


@pytest.mark.parametrize(
    "options", [("-t", "ed25519"), ("-t", "ecdsa", "-b", "384"), ("-t", "rsa", "-b", "3072")]
)
def test_keys_of_ssh_keygen_are_read_with_its_own_fingerprint(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    file = made(tmp_path, *options)
    key = read_public_key(file.read_text())
    assert key.text + " made here\n" == file.read_text()
    shown = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(file)], check=True, capture_output=True, text=True
    ).stdout
    assert key.fingerprint == shown.split()[1]
    assert key.comment == "made here"


def test_lines_of_comment_and_blanks_around_are_no_part_of_it() -> None:
    assert read_public_key(f"# of alice\n\n  {ED25519}  \n") == read_public_key(ED25519)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "0 lines"),
        (f"{ED25519}\n{ED25519}", "2 lines"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "a private key"),
        (f'command="/bin/sh" {ED25519}', "with no options before it"),
        (ED25519.replace("ssh-ed25519 ", "ssh-dss "), "ssh-dss"),
        (ED25519.replace("ssh-ed25519 ", "ssh-rsa "), "not that of a key ssh-rsa"),
        ("ssh-ed25519 AAAA*", "not base64"),
        (ED25519.split(" alice")[0][:-8], "not whole"),
        ("ssh-ed25519", "not whole"),
    ],
)
def test_what_is_no_key_is_refused_with_what_would_be_right(text: str, says: str) -> None:
    with pytest.raises(Refused, match=says.replace("*", r"\*")):
        read_public_key(text)


def test_a_short_rsa_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="2,048 bits"):
        read_public_key(made(tmp_path, "-t", "rsa", "-b", "2048").read_text())


def test_a_comment_cannot_draw_on_the_screen() -> None:
    assert "\x1b" not in read_public_key(ED25519 + "\x1b[31m").comment
