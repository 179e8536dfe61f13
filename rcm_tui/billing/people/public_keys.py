"""SSH public keys as people hand them in: one line of OpenSSH's form, and nothing before it."""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from rcm_tui.billing.outcome import Refused
from rcm_tui.data.plain import plain

KINDS = (
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
)
LEAST_RSA_BITS = 3072
"""What is held to be safe beyond 2030 (NIST SP 800-57)."""
LONGEST_COMMENT = 200


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: its type, its base64, and what its owner calls it."""

    kind: str
    encoded: str
    comment: str

    @property
    def text(self) -> str:
        """Type and base64, as the store keeps it and sshd compares it."""
        return f"{self.kind} {self.encoded}"

    @property
    def fingerprint(self) -> str:
        """SHA256:… as ssh-keygen and sshd's log show it."""
        digest = hashlib.sha256(base64.b64decode(self.encoded)).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def read_public_key(text: str) -> PublicKey:
    """Reads one public key. Raises Refused with what is wrong and what would be right."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if len(lines) != 1:
        raise Refused(
            f"the key has {len(lines)} lines: one public key on one line is needed, as in a file"
            " that ends in .pub"
        )
    if "PRIVATE KEY" in lines[0]:
        raise Refused("this is a private key, which nobody hands out: the file ends in .pub")
    kind, _, rest = lines[0].strip().partition(" ")
    encoded, _, comment = rest.strip().partition(" ")
    if kind not in KINDS:
        raise Refused(
            f"a key of the kind {plain(kind)[:40]!r} is not taken: it must begin with one of"
            f" {', '.join(KINDS)}, with no options before it"
        )
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise Refused("the key is not whole: its second word is not base64") from None
    fields = _fields(content)
    if not fields or fields[0] != kind.encode():
        raise Refused(f"the key is not whole: its content is not that of a key {kind}")
    if kind == "ssh-rsa" and (bits := _bits(fields)) < LEAST_RSA_BITS:
        raise Refused(f"the key has {bits:,} bits: RSA keys need {LEAST_RSA_BITS:,} or more")
    canonical = base64.b64encode(content).decode()
    return PublicKey(kind, canonical, plain(comment.strip())[:LONGEST_COMMENT])


def _fields(content: bytes) -> list[bytes]:
    """The strings of which SSH's form of a key consists (RFC 4251, 5); empty when it is not."""
    fields = []
    while content:
        length = int.from_bytes(content[:4], "big")
        field, content = content[4 : 4 + length], content[4 + length :]
        if len(field) != length:
            return []
        fields.append(field)
    return fields


def _bits(fields: list[bytes]) -> int:
    return int.from_bytes(fields[2], "big").bit_length() if len(fields) == 3 else 0
