import importlib
import sys

from reconciler.transport.lean import _Later


def test_a_stand_in_makes_way_for_its_module_when_something_of_it_is_used() -> None:
    name = "colorsys"
    sys.modules.pop(name, None)
    stand_in = _Later(name)
    sys.modules[name] = stand_in
    assert stand_in.rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)
    real = importlib.import_module(name)
    assert real is not stand_in
    assert stand_in.hsv_to_rgb is real.hsv_to_rgb
