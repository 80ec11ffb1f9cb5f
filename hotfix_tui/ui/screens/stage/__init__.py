"""The stage screen, composed of its parts."""
