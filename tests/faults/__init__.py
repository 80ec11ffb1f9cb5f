"""Every fault of git that the wizard has a sentence for, made on real repositories."""
