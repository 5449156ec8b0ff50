"""Models: what there is, where it lies, whether it is whole, and how it gets here."""

from voicephoto.hub.files import ModelFile
from voicephoto.hub.hub import Hub
from voicephoto.hub.manifest import Model, locate, manifest, profiles

__all__ = ["Hub", "Model", "ModelFile", "locate", "manifest", "profiles"]
