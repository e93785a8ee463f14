"""What stands for a text in a few letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import blake2b
else:
    try:
        # `hashlib` loads OpenSSL with it, which takes as long as to check a small prompt.
        from _blake2 import blake2b
    except ImportError:  # another Python than CPython
        from hashlib import blake2b


def digest(data: bytes, size: int) -> str:
    """Return a BLAKE2b hash of so many bytes, in hexadecimal digits."""
    return blake2b(data, digest_size=size).hexdigest()
