from reconciler.ledger.none import NoLedger
from reconciler.model import Entry


def test_it_remembers_nothing_and_says_so() -> None:
    ledger = NoLedger()
    ledger.begin()
    ledger.record(Entry(identifier="ses", remote_id="row-1"))
    ledger.expect({"ses": True})
    ledger.doubt("ses")
    ledger.mark("plan/1", "used")
    ledger.forget("other")
    ledger.close()
    assert ledger.read().entries == {}
    assert ledger.read().marks == {}
    assert "no ledger" in ledger.read().note
