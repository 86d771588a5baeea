"""What the numerical library does not see for itself of this machine's processor."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

#: The environment variable by which OpenBLAS, which numpy multiplies with, is told what to reckon with.
CORE_TYPE = "OPENBLAS_CORETYPE"
_CPUINFO = Path("/proc/cpuinfo")
#: What is told of the first core is shorter than this, in bytes.
_FIRST_CORE = 8192
#: From Zen 5 on; of Zen 4 OpenBLAS knows what it can.
_ZEN_5 = 26
_WIDE = frozenset({"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"})


def environment() -> dict[str, str]:
    """Variables for a process that has not loaded numpy yet; none where it will do what it can by itself.

    OpenBLAS takes a Zen 5 processor for one of before AVX-512 (OpenMathLib/OpenBLAS issue 6029), on which the
    multiplications of the language model take twice as long. Sums may differ in their last bits by it, as
    they do from one kind of processor to another. What a user chose stays.
    """
    if CORE_TYPE in os.environ or sys.platform != "linux":
        return {}
    try:
        with _CPUINFO.open("rb") as file:
            told = file.read(_FIRST_CORE).decode("ascii", "replace")
    except OSError:
        return {}
    return {CORE_TYPE: "SkylakeX"} if _is_zen_5(told) else {}


def _is_zen_5(told: str) -> bool:
    """Whether the first core is that of a Zen 5 processor or later, by what Linux tells of it."""
    of_core = dict(re.findall(r"^([^\t:]+)\s*:[ ]?(.*)$", told.split("\n\n", maxsplit=1)[0], re.MULTILINE))
    family = of_core.get("cpu family", "")
    return (
        of_core.get("vendor_id") == "AuthenticAMD"
        and family.isdecimal()
        and int(family) >= _ZEN_5
        and set(of_core.get("flags", "").split()) >= _WIDE
    )
