"""Workbooks in and out: what a shop's people edit in Excel, as pure functions of bytes."""
