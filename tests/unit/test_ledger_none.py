from reconciler.ledger.none import NoLedger
from reconciler.model import Entry


def test_it_remembers_nothing_and_says_so() -> None:
    ledger = NoLedger()
    ledger.begin()
    ledger.record(Entry(identifier="ses", remote_id="row-1"))
    ledger.doubt("ses")
    ledger.forget("other")
    ledger.close()
    assert ledger.read().entries == {}
    assert "no ledger" in ledger.read().note
