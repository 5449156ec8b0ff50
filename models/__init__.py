"""What ships beside the package: the manifest of models and the starter model."""
