"""The measurements behind ``script/bench``: novu-sync beside its peers, in one run, in pairs."""
