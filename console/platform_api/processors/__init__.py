"""Payment processors behind one seam: Stripe, and a simulator for the demo and for tests."""

from __future__ import annotations

from pathlib import Path

from console.errors import SettingsError
from console.platform_api.platform import Platform
from console.platform_api.processors.built_in import BuiltIn
from console.platform_api.processors.seam import Processor

FILE = "processor.sqlite"
STRIPE = "stripe"


def processor_of(platform: Platform) -> Processor:
    """The one that platform.toml names. The simulator, which gives no money back, is refused in production."""
    if platform.rules.processor == STRIPE:
        from console.platform_api.processors.secrets import stripe_key
        from console.platform_api.processors.stripe_processor import StripeProcessor  # a second to import

        return StripeProcessor(stripe_key(platform.data))
    if platform.environment == "production":
        raise SettingsError(
            "The built-in processor moves no money, so production can't use it.",
            advice='Name a real one in platform.toml: [processor] kind = "stripe".',
        )
    return built_in(platform)


def built_in(platform: Platform) -> BuiltIn:
    """The simulator of this data folder."""
    return BuiltIn(file_of(platform.data), platform.clock)


def file_of(data: Path) -> Path:
    return data / FILE


def signs_itself(platform: Platform) -> bool:
    """Whether the webhooks come from the simulator, which shares this folder's secret."""
    return platform.rules.processor != STRIPE and platform.environment != "production"
