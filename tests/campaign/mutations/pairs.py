# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes that stay consistent: data goes or comes, and its signatures and
denial with it.  Only who knows the data can see them."""

from damaged import NotHere, pick
from fixtures.zonetext import name
from mutations import SIGNED, contents, mutation
from mutations.delegations import any_ds


def remove(zone, owner, kind):
    zone.remove(*zone.find(owner, kind), *zone.signatures(owner, kind))


def top(zone):
    return name(zone.apex)


@mutation(SIGNED)
def rrset_dropped(zone, chance):
    owner, kind = pick(chance, [
        (owner, kind) for owner, kind in zone.signed_rrsets(but=(
            "RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "DNSKEY", "SOA"))])
    remove(zone, owner, kind)
    zone.tell(owner)
    return f"dropped {owner} {kind} from data, signatures and denial"


@mutation(SIGNED)
def name_dropped(zone, chance):
    owner = pick(chance, zone.hosts())
    for kind in zone.types(owner) - {"RRSIG", "NSEC"}:
        remove(zone, owner, kind)
    zone.tell(owner)
    return f"dropped {owner} from data, signatures and denial"


@mutation(SIGNED)
def delegation_dropped(zone, chance):
    cut = pick(chance, zone.cuts())
    for owner in zone.below([cut]):
        for kind in zone.types(owner) - {"RRSIG", "NSEC"}:
            remove(zone, owner, kind)
    for kind in zone.types(cut) - {"RRSIG", "NSEC"}:
        remove(zone, cut, kind)
    zone.tell(cut)
    return f"dropped the delegation {cut} with its glue"


@mutation(SIGNED)
def delegation_dropped_but_not_its_glue(zone, chance):
    cut = pick(chance, [cut for cut in zone.cuts() if zone.below([cut])])
    for kind in zone.types(cut) - {"RRSIG", "NSEC"}:
        remove(zone, cut, kind)
    zone.tell(cut)
    return f"dropped the delegation {cut}, not its glue"


@mutation(SIGNED)
def delegation_without_ns(zone, chance):
    """A DS that stays where the cut is gone."""
    cut = any_ds(zone, chance).owner
    remove(zone, cut, "NS")
    zone.tell(cut)
    return f"no NS at {cut}, but still a DS"


@mutation(SIGNED)
def rrset_added(zone, chance):
    owner = pick(chance, [zone.apex] + zone.hosts())
    if "CNAME" in zone.types(owner):
        raise NotHere
    kind, rdata = contents.new(chance, zone.types(owner))
    zone.add(zone.new(owner, kind, rdata))
    zone.resign(owner, kind)
    zone.tell(owner)
    return f"added {owner} {kind} to data, signatures and denial"


@mutation(SIGNED)
def name_added(zone, chance):
    place = zone.owner(chance.choice(("new", "a.b.new", "*.new", "zzz")))
    if zone.types(place):
        raise NotHere
    kind, rdata = contents.new(chance, ())
    zone.add(zone.new(place, kind, rdata))
    zone.resign(place, kind)
    zone.tell(place)
    return f"added {place} {kind} to data, signatures and denial"


@mutation(SIGNED)
def name_added_below_cut(zone, chance):
    """Signed and told where nothing is signed."""
    place = f"new.{pick(chance, zone.cuts())}"
    zone.add(zone.new(place, "TXT", '"below"'))
    zone.resign(place, "TXT")
    zone.tell(place)
    return f"added {place} TXT to signatures and denial"


@mutation(SIGNED)
def wildcard_added(zone, chance):
    """Names that were not there are now."""
    parent = pick(chance, [zone.apex] + zone.hosts())
    place = f"*.{'' if parent == '.' else parent}"
    if zone.types(place) or parent.startswith("*"):
        raise NotHere
    zone.add(zone.new(place, "A", "192.0.2.203"))
    zone.resign(place, "A")
    zone.tell(place)
    return f"added {place}"


@mutation(SIGNED)
def delegation_added(zone, chance):
    place = zone.owner(chance.choice(("newchild", "a.newchild")))
    zone.add(zone.new(place, "NS", "ns2.nic.example.net."),
             zone.new(place, "NS", "ns3.nic.example.net."))
    zone.tell(place)
    return f"added the delegation {place} to data and denial"


@mutation(SIGNED)
def data_becomes_insecure(zone, chance):
    """A cut where data stood: what is below it is not signed any more."""
    owner = pick(chance, [owner for owner in zone.hosts()
                          if not zone.below([owner])
                          and not owner.startswith("*")])
    for kind in zone.types(owner) - {"RRSIG", "NSEC"}:
        remove(zone, owner, kind)
    zone.add(zone.new(owner, "NS", "ns2.nic.example.net."),
             zone.new(owner, "NS", "ns3.nic.example.net."))
    zone.tell(owner)
    return f"{owner} is now a delegation without DS"


@mutation(SIGNED)
def unsigned_rrset_in_denial(zone, chance):
    """In the bitmap, but its signatures are gone."""
    owner, kind = pick(chance, zone.signed_rrsets(
        but=("RRSIG", "NSEC", "NSEC3", "SOA", "DNSKEY")))
    zone.remove(*zone.signatures(owner, kind))
    zone.tell(owner)
    return f"{owner} {kind} is told of, but not signed"


@mutation(SIGNED)
def nothing_signed(zone, chance):
    """The zone as it was before any signer, but for some of its parts."""
    keep = chance.choice(((), ("DNSKEY",), ("SOA", "DNSKEY"),
                          ("NSEC", "NSEC3")))
    zone.remove(*[record for record in zone.records
                  if record.type in ("RRSIG", "NSEC", "NSEC3", "NSEC3PARAM",
                                     "DNSKEY", "ZONEMD", "CDS", "CDNSKEY")
                  and record.type not in keep
                  and record.rdata.split()[0] not in keep])
    return f"unsigned, but for {keep}"


@mutation(SIGNED)
def ent_dropped(zone, chance):
    """The NSEC3 of a name that has no data but descendants."""
    if len(zone.chains()) != 1:
        raise NotHere
    ents = []
    for owner in zone.hosts() + zone.cuts():
        at = name(owner).parent()
        while at.is_subdomain(top(zone)) and at != top(zone):
            if not zone.types(at.to_text()):
                ents.append(at.to_text())
            at = at.parent()
    ent = pick(chance, ents)
    zone.remove_nsec3(pick(chance, [
        record for record in zone.nsec3s()
        if record.owner.lower() == zone.hashed(ent)]))
    return f"no NSEC3 for {ent}, which has no data but descendants"
