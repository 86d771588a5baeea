"""PDFium functions that are called for every character, object or tag, bound so that a call costs little.

ctypes converts each argument by its declared type, which takes longer than most of these functions do. Bound
here they take what needs no conversion: small integers as they are, pointers to PDFium's objects as what
:func:`handle` gives, and places for results as what :func:`ctypes.byref` gives. Nothing checks the arguments:
a handle must be a live one. The functions keep the interpreter's lock, as each takes well under a
microsecond.
"""

from __future__ import annotations

import ctypes
from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pypdfium2 import raw

#: A pointer to one of PDFium's objects, ready to be an argument of these functions (of no public type).
Handle = Any
#: The handle for the address of an object.
handle = ctypes.c_void_p.from_param


def handle_of(pointer: Any) -> Handle:
    """The handle for one of pypdfium2's typed pointers."""
    return handle(ctypes.cast(pointer, ctypes.c_void_p).value)


def _bind(name: str, result: Any, *arguments: Any) -> Any:
    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value
    assert address is not None
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


# Functions of which the result is not used give none, which saves making a number of it.
text_object = _bind("FPDFText_GetTextObject", ctypes.c_size_t)
text_unicode = _bind("FPDFText_GetUnicode", ctypes.c_uint)
text_box = _bind("FPDFText_GetCharBox", None)
text_matrix = _bind("FPDFText_GetMatrix", None)
text_origin = _bind("FPDFText_GetCharOrigin", None)
text_size = _bind("FPDFText_GetFontSize", ctypes.c_double)
object_font = _bind("FPDFTextObj_GetFont", ctypes.c_size_t)
object_color = _bind("FPDFPageObj_GetFillColor", None)
object_mark = _bind("FPDFPageObj_GetMarkedContentID", ctypes.c_int)
page_object = _bind("FPDFPage_GetObject", ctypes.c_size_t)
form_count = _bind("FPDFFormObj_CountObjects", ctypes.c_int)
form_object = _bind("FPDFFormObj_GetObject", ctypes.c_size_t, ctypes.c_void_p, ctypes.c_ulong)
object_type = _bind("FPDFPageObj_GetType", ctypes.c_int)
object_bounds = _bind("FPDFPageObj_GetBounds", None)
object_matrix = _bind("FPDFPageObj_GetMatrix", None)
path_mode = _bind("FPDFPath_GetDrawMode", None)
path_count = _bind("FPDFPath_CountSegments", ctypes.c_int)
path_segment = _bind("FPDFPath_GetPathSegment", ctypes.c_size_t)
segment_point = _bind("FPDFPathSegment_GetPoint", None)
segment_type = _bind("FPDFPathSegment_GetType", ctypes.c_int)
segment_close = _bind("FPDFPathSegment_GetClose", ctypes.c_int)
element_count = _bind("FPDF_StructElement_CountChildren", ctypes.c_int)
element_child = _bind("FPDF_StructElement_GetChildAtIndex", ctypes.c_size_t)
element_mark = _bind("FPDF_StructElement_GetChildMarkedContentID", ctypes.c_int)
element_type = _bind("FPDF_StructElement_GetType", ctypes.c_ulong)


class Results:
    """Room for what a function writes for many objects, which are gone through without a step of Python each.

    ``kind`` is the C type of a value and ``width`` how many of them each call writes: at a place each, or all
    at one place where they are one structure.
    """

    _ROOM = 2048

    def __init__(self, kind: type[Any], width: int, structure: bool = False) -> None:
        self._values = (kind * (width * self._ROOM))()
        self._view = np.ctypeslib.as_array(self._values).reshape(-1, width)
        self._size = ctypes.sizeof(kind)
        self._places: list[list[Any]] = [[] for _ in range(1 if structure else width)]

    def of(self, function: Any, *arguments: list[Any]) -> NDArray[Any]:
        """A row for each of the arguments (lists of one length): what the function writes, or zeros."""
        count = len(arguments[0])
        result = np.empty((count, self._view.shape[1]), self._view.dtype)
        for start in range(0, count, self._ROOM):
            part = [argument[start : start + self._ROOM] for argument in arguments]
            length = len(part[0])
            if len(self._places[0]) < length:
                self._make_places(length)
            self._view[:length] = 0
            deque(map(function, *part, *self._places), maxlen=0)
            result[start : start + length] = self._view[:length]
        return result

    def _make_places(self, count: int) -> None:
        """Have this many places ready: few documents need all."""
        width = self._view.shape[1]
        for place, places in enumerate(self._places):
            rows = range(len(places), count)
            places.extend(ctypes.byref(self._values, self._size * (width * i + place)) for i in rows)
