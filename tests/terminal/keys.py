"""What a terminal sends for a key."""

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "space": " ",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "insert": "\x1b[2~",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "ctrl+home": "\x1b[1;5H",
    "ctrl+end": "\x1b[1;5F",
    "shift+up": "\x1b[1;2A",
    "shift+down": "\x1b[1;2B",
    **{f"f{number}": f"\x1bO{letter}" for number, letter in enumerate("PQRS", start=1)},
    **{f"f{number}": f"\x1b[{code}~" for number, code in enumerate((15, 17, 18, 19, 20, 21, 23, 24), start=5)},
}


def key_bytes(name: str) -> bytes:
    """The bytes for `a`, `enter`, `ctrl+p`, `alt+x`."""
    if name in KEYS:
        return KEYS[name].encode()
    if name.startswith("ctrl+"):
        return bytes([ord(name[5].lower()) & 0x1F])
    if name.startswith("alt+"):
        return b"\x1b" + key_bytes(name[4:])
    assert len(name) == 1, f"no such key: {name}"
    return name.encode()
