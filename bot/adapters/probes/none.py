"""No probes: where the operator has declared none."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.ports.evidence import ProbesRead


class NoProbes:
    """The port ProbeSource without a probe."""

    def read(
        self,
        *,
        now: datetime,  # noqa: ARG002 - the port's
        marks: Mapping[str, Mapping[str, Any]],  # noqa: ARG002
        refs: Mapping[str, str],  # noqa: ARG002
    ) -> ProbesRead:
        """Return nothing, and nothing is missing."""
        return ProbesRead()
