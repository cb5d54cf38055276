"""What a job has to work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from console.platform_api.jobs import Job
from console.platform_api.mail_senders.seam import Sender
from console.platform_api.platform import Platform
from console.platform_api.processors.seam import Processor


@dataclass(frozen=True)
class Desk:
    platform: Platform
    processor: Processor
    sender: Sender


Handler = Callable[[Desk, Job], None]
"""Does a job from wherever an earlier try left it, and ends it (`jobs.done`) with its last effect; raises to be tried again."""
