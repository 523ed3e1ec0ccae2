"""The people's API of one shop: what agents and managers see and do, as HTTP."""
