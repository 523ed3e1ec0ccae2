"""Every way a buyer or a shop's system reaches us: one module a platform."""
