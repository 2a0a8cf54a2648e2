# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of each outage, in a few sentences, and who reported it."""

from dataclasses import dataclass

IANIX = "<https://ianix.com/pub/dnssec-outages.html>"


@dataclass(frozen=True)
class Story:
    name: str       # of the page; the recipe has _ for - and .
    zone: str
    when: str
    fault: str      # in a few words
    happened: str
    source: str
    lesson: str     # what it takes to see it


STORIES = (
    Story("se-2009", ".se", "12 October 2009", "trailing dots missing",
          """\
A changed script wrote the names in NS records without their final dots. Every
nameserver name got the zone's own name appended, so that no delegation led
anywhere. The zone was well signed.""",
          "<https://www.iis.se>",
          """\
Every signature is good. Compared with the release before (`--previous`), or with
the copy that was not signed (`--unsigned`), it is plain; without, what is left
to see is glue that nothing points to."""),
    Story("de-2010", ".de", "12 May 2010", "a truncated zone",
          """\
A zone file that was cut off after about a third of the domains went to twelve
of sixteen nameserver sites, which said of all other domains that they did not
exist.""",
          "<https://www.denic.de>",
          """\
What is left of the zone is well formed and well signed; only its size, against
the release before, can tell."""),
    Story("arpa-2010", ".arpa", "5 June 2010",
          "expired signature over DNSKEY",
          """\
The signature over the DNSKEY RRset ran out. Monitoring had said so before, and
the alarms were taken for false.""",
          "dnssec-deployment list, 2010-June/004009",
          """\
At a release this is seen days ahead, as rrsig-remaining-min; for what is
published already, the daemon watches the clock."""),
    Story("fr-2011", ".fr", "12 February 2011", "bad NSEC3 signature",
          """\
An error in the signer left an NSEC3 record with a signature that did not fit
it. NSEC3 records were not monitored: only who asked for names that do not exist
met it.""",
          "<https://dnssec-deployment.org>",
          """\
Every signature has to be verified, those of denial as well."""),
    Story("e164-arpa-2011", "e164.arpa", "15 February 2011",
          "DNSKEY not signed by the current KSK",
          """\
In the course of a key rollover the DNSKEY RRset was published without a
signature by the KSK that the parent's DS record named.""",
          "<https://mailman.ripe.net/archives/list/dns-wg@ripe.net/thread/"
          "NX4BI5MEJSYQU6HHDHFDRSLFFC2CILTA>",
          """\
Without the parent's DS set (`--anchor`) the zone is good in itself: give it."""),
    Story("gov-2013", ".gov", "14 August 2013",
          "two algorithms, signatures of one",
          """\
In a rollover from algorithm 7 to 8 the zone published keys of both, and its
data was signed with the new one only. Some validators want every algorithm of
the DNSKEY RRset, and refused it.""",
          IANIX,
          """\
libldns and libunbound are both content with one algorithm: only the structure
engine sees it."""),
    Story("red-2014", ".red", "2014", "no signatures",
          """\
The zone was published without signatures, while the root had a DS for it.""",
          IANIX,
          """\
Nothing that is there is wrong; what is missing has to be looked for."""),
    Story("na-2019", ".na", "July 2019", "neither DNSKEY nor signatures",
          """\
The zone was published unsigned, DNSKEY and signatures gone, while the root had
a DS for it.""",
          IANIX,
          """\
An unsigned zone is a good one where no DS is; the gate takes none to be
unsigned on purpose."""),
    Story("slack-2021", "slack.com", "30 September 2021",
          "a wildcard's NSEC denies what is there",
          """\
The provider's nameservers answered questions for a type that a wildcard did not
have with an NSEC whose type bitmap lacked types that it did have. Resolvers
that make use of such proofs then had no addresses for its names. Withdrawing
the DS while it was cached made it worse.""",
          "<https://slack.engineering>",
          """\
The signature over the NSEC is good; what it says has to be compared with what
the zone has."""),
    Story("se-2022", ".se", "4 February 2022",
          "a few bad signatures among many good ones",
          """\
Six zones in succession, an hour apart, had some signatures that did not verify:
of 8.7 million records 426 DS and 795 NSEC RRsets, more from one to the next.""",
          "<https://internetstiftelsen.se/incidenten-4-februari-2022>, "
          "dns-operations list, 2022-February/021558",
          """\
Sampling misses it. Every signature is verified, twice."""),
    Story("fj-2022", ".fj", "7 March 2022",
          "signed by a key that is not published",
          """\
The zone was signed with a key that was not in its DNSKEY RRset.""",
          IANIX,
          """\
For want of the key the signatures cannot be verified at all, and count as
missing."""),
    Story("ru-2024", ".ru", "30 January 2024",
          "another key with the new key's tag",
          """\
When a new ZSK came into use, signatures were made with another key that had the
same tag, and did not verify with the one that was published. It took two to
three hours.""",
          "<https://cctld.ru/en/media/news/kc/35575>, dns-operations list, "
          "2024-February/022423",
          """\
Names, tags and dates of the signatures are all as they should be: only
verifying tells."""),
    Story("de-2026", ".de", "5 May 2026",
          "three keys with one tag, one of them published",
          """\
A rollover made three pairs of keys with one tag, one in each HSM, and published
one of them. Most signatures over SOA and NSEC3 records did not verify; which
ones depended on the signer. Tests, a parallel run and an external audit had not
shown it.""",
          "<https://blog.denic.de/en/final-report-dns-outage-of-5-may-2026/>",
          """\
A gate behind each signer that verifies every signature sees it before anybody
else."""),
)
