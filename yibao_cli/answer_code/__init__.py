"""Answers as a short code that can be read over the phone, and back; no network, no storage.

A code is Crockford base32 in groups of four: a mark of the data version, the answers, and three
check symbols. It carries numbers instead of words; what a number means never changes, so that a
code outlives edits of the questions, and what no longer exists is named instead of guessed.

Here is what the numbers mean. Every run writes a code and few read one, so `write` needs nothing
that is only for reading: `typed` takes the symbols of what people type, `read` what they say, and
`decode` what that means by today's knowledge.
"""

from __future__ import annotations

from datetime import date

# One line a question: its id and those of its options. A place in this table is a number in
# codes that people keep, so lines and words are only ever appended, whatever happens to the data;
# a renamed id says `was` in the data. What is missing here works as well and costs a few symbols
# more, so an author of questions need not know of it. Questions about places are never appended.
TABLE = """
errand care account mutual_aid activation transfer
insurance employee resident other unsure
from
to
stage before in_care paid
care inpatient outpatient chronic emergency pharmacy maternity online
filing none pending valid expired rejected elsewhere unsure
category resettled_retiree long_term_resident posted_worker referral emergency_rescue other_temporary unsure
filing_period covers starts_after ended_before unsure
emergency_kind rescue ordinary observation unsure
recognition yes not_yet unsure
medicine ordinary dual_channel chronic unsure
claim_problem none lost_invoice insurer_has_invoice no_discharge_note settlement_failed settled_elsewhere unsure
hospital connected not_connected unsure
credential ok not_activated failing old lost none unsure
enrolment active suspended waiting not_yet not_posted double unsure
patient adult newborn child student graduate retiree elder
agent self proxy
injury none no_third_party third_party work unsure
phone own none
identity mainland hkmt foreigner
disease first_five added_five other unsure
failure not_found no_filing self_pay still_in_hospital third_party_mark not_enrolled not_open unreadable name_mismatch trace_code system other unsure
rejection wrong_category papers enrolment existing unsure
aid_role giver receiver unsure
aid_relative first wider not_near unsure
aid_reach same_province other_province unsure
move job flexible scheme living retired unsure
gap none short long unsure
"""  # noqa: E501
ROWS = [line.split() for line in TABLE.split("\n") if line]
PLACES = ("from", "to")

# Days of the version's date from here on; another form of version is a hash of this many bits.
EPOCH, VERSION_BITS = date(2026, 1, 1), 13
VERSION = "%Y.%m.%d"
QUESTION_BITS, OPTION_BITS, PLACE_BITS = 20, 12, 16
# Division codes begin with 11 to 82; two digits each for province, city and county.
FIRST, LAST = 11, 82
OWN_POOL = "0000-SBJ"


def hashed(name: str, bits: int) -> int:
    """What stands for a name that has no number."""
    # Seldom needed, and slow to import.
    import hashlib

    return int.from_bytes(hashlib.sha256(name.encode()).digest(), "big") >> (256 - bits)


def is_division(code: str) -> bool:
    """Whether a code of a place is an official one, or that of a province's own pool."""
    digits = code.removesuffix("-SBJ") if code.endswith(OWN_POOL) else code
    number = len(digits) == 6 and digits.isascii() and digits.isdigit()
    return number and FIRST <= int(digits[:2]) <= LAST
