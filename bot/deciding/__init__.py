"""From what was understood to what is done, in the order in which a turn passes through.

What it is decided on
    ``library`` (a pack, made ready) and ``state`` (what is stored) make a ``case``, under
    ``circumstances`` (``mood``, incidents), in the light of a ``thread`` (last turns,
    ``stretches``).
What settles it
    ``decide`` runs the stages: ``letters``, ``questions`` and ``clarifying`` (answers to
    our own), ``identifying`` (whose order), ``dialogues`` (a flow that is open, with
    ``flow_correcting``) and ``late`` (one that is over), then ``bands``.
How it is settled
    ``answering`` (``bargaining``, ``flow_start`` ▸ ``flow_placed`` ▸ ``flow_turn``,
    ``telling``, ``slots``, ``keeping``), ``pictures`` or ``hand_over`` (with
    ``taking_on``); ``never_silent`` sees to it that it was in words; beside them
    ``consequences``, ``silence``.
What it grows into
    ``draft`` collects the actions, ``saying`` and ``flow_saying`` the words (``opening``,
    ``promising``), ``reasons`` why. ``rescue`` stands in when all of it breaks.
"""
