"""What a shop sells, ships and promises, typed and with validity; pure functions over it.

``shop_facts``, ``cards`` and ``promotions`` are the values, ``shipping``, ``postage``,
``sizes`` and ``returns`` what follows from them; ``catalogue`` holds them together.
"""
