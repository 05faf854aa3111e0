"""Random public identifiers in Crockford base32: what stands in links, on bricks, on receipts."""

import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
CODE_LENGTH = 8
PUBLIC_ID_LENGTH = 12
RECEIPT_LENGTH = 12
# Crockford's reading rules: letters people mistake for digits are read as those digits.
_READ_AS = str.maketrans({"o": "0", "i": "1", "l": "1", "-": "", " ": "", "\u3000": "", "—": "", "_": ""})
_FULL_WIDTH = {ord("０") + n: str(n) for n in range(10)} | {
    ord("ａ") + n: chr(ord("a") + n) for n in range(26)
}


def random_code(length: int) -> str:
    """Return ``length`` random lower-case Crockford characters (5 bits each)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def code_from(digest: str, length: int) -> str:
    """Return the code of ``length`` characters that a hex digest stands for (5 bits each)."""
    bits = int(digest, 16)
    return "".join(ALPHABET[bits >> (5 * place) & 31] for place in range(length))


def new_code() -> str:
    """Return a new plaque code: 8 characters, 40 random bits (PLAQUES.md)."""
    return random_code(CODE_LENGTH)


def new_public_id() -> str:
    """Return a new public id: 12 characters, 60 random bits."""
    return random_code(PUBLIC_ID_LENGTH)


def normalise_code(text: str, length: int = CODE_LENGTH) -> str:
    """Return what a person meant by a typed code.

    Case, spaces, hyphens and full-width forms do not matter; O is read as 0, I and L as 1
    (Crockford base32).

    Raises:
        ValueError: when the rest is not ``length`` characters of the alphabet.
    """
    code = text.strip().lower().translate(_FULL_WIDTH).translate(_READ_AS)
    if len(code) != length or any(character not in ALPHABET for character in code):
        raise ValueError("not a code")
    return code


def group_code(code: str, separator: str = " ") -> str:
    """Return a code in groups of four, as people read it: ``7k3m 9qx2``."""
    return separator.join(code[start : start + 4] for start in range(0, len(code), 4))
