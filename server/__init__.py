"""The process: wires everything, keeps it running, speaks HTTP to people."""
