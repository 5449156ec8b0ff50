"""See and hear it work: a small library, recorded questions, and a contact sheet for every answer."""

from voicephoto.demo.contact_sheet import contact_sheet
from voicephoto.demo.demo import QUESTIONS, run_demo
from voicephoto.demo.pictures import build_library

__all__ = ["QUESTIONS", "build_library", "contact_sheet", "run_demo"]
