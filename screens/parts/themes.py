"""The colours: calm surfaces and one accent; environment, danger and what is due have their own."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="dark",
    primary="#2d6a74",
    secondary="#4b6a88",
    accent="#6fc3c9",
    warning="#e0b050",
    error="#f08070",
    success="#7fc08a",
    foreground="#d8dde2",
    background="#14181c",
    surface="#181d22",
    panel="#20262c",
    dark=True,
    variables={"revealed": "#ffe9a8", "demo": "#7a5fb0", "staging": "#a8741a", "production": "#a83232"},
)

LIGHT = Theme(
    name="light",
    primary="#b5dde0",
    secondary="#5b7590",
    accent="#0b6670",
    warning="#8a5a00",
    error="#a82818",
    success="#23702f",
    foreground="#1c2226",
    background="#f6f6f3",
    surface="#fbfbf9",
    panel="#ebebe6",
    dark=False,
    variables={"revealed": "#7a4a00", "demo": "#6a4fa0", "staging": "#8a5a00", "production": "#a82818"},
)

HIGH_CONTRAST = Theme(
    name="high-contrast",
    primary="#0050c8",
    secondary="#ffffff",
    accent="#ffff00",
    warning="#ffd000",
    error="#ff8080",
    success="#80ff80",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#101010",
    dark=True,
    variables={
        "revealed": "#ffff80",
        "demo": "#5a00b0",
        "staging": "#805000",
        "production": "#b00000",
        "text-muted": "#ffffff",
        "text-disabled": "#c8c8c8",
    },
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT, HIGH_CONTRAST)}
"""What `theme` in the settings may be."""
