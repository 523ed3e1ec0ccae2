"""The commands of ``xiaoer``, one module a command."""
