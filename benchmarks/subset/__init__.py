"""A part of the model, computed four ways: by Détente, and by what people would use instead.

The part: a guarantor's pressure and posture by doctrine; the challenger's push, nuclear tests, theft and border; two
patrons' enforcement and vetoes; and the mechanisms `arsenal`, `testing`, `economy` and `sanctions`, month by month. All
other records of the world stand still, as a pack sets them out, and all other instruments rest. The situation is one
without terms in force, which the ports make use of: they leave out what such terms would bind.

`engine` runs Détente's own code, in its environment. The others import nothing of it: `vectors` is NumPy, `plain` is
Python alone, which `workbench` puts under ema-workbench and `agents` into a Mesa model.
"""
