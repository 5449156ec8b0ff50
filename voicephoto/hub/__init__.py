"""Models: what there is, where it lies, whether it is whole."""

from voicephoto.hub.manifest import Model, ModelFile, locate, manifest

__all__ = ["Model", "ModelFile", "locate", "manifest"]
