# SPDX-License-Identifier: GPL-3.0-or-later
"""Where dnssec-verify 9.18 and kzonecheck 3.2 differ from zonegate, and why: by
check of zonegate, or by fixture.  peer_tests.py holds that this is all, and
that nothing of it is idle."""

BIND, KNOT = "dnssec-verify", "kzonecheck"
PEERS = (BIND, KNOT)

# What no peer is told: they are not asked about these checks.
NOT_ASKED = {
    "of the release before, peers know nothing": (
        "serial_increase", "serial_content_bind", "serial_jump",
        "zone_delta_bounds", "delegation_ds_mass_change", "denial_mode_changed",
        "denial_transition", "ksk_retire_before_ds_removed",
        "nsec3_salt_change"),
    "of the unsigned copy, peers know nothing": (
        "unsigned_content_identical",),
    "of the parent, peers know nothing": (
        "ds_parent_match", "ds_algorithm_has_dnskey", "ds_digest_consistent",
        "ds_digest_type", "ds_standby", "ksk_without_anchor", "cds_delete",
        "dnskey_signed_by_ds_algorithms"),
    "of the registry's bounds and lists, peers know nothing": (
        "denial_mode", "dnskey_count_max", "dnskey_reuse_after_retire",
        "dnskey_role_separation", "dnskey_rsa_size",
        "dnskey_shared_across_zones", "dnskey_unexpected", "glue_orphan",
        "nsec3_iterations", "nsec3_optout_policy", "rrsig_count_max",
        "rrsig_dnskey_ksk_only", "rrsig_lifetime_max", "rrsig_refresh_window",
        "rrsig_remaining_min", "tld_zone_contents", "ttl_policy",
        "zone_marker_record", "zonemd_policy"),
    "how text is read is tested elsewhere": (
        "zone_parse_clean", "type_unknown_to_reader"),
}

# peer -> check that it does not make, at least not in each case -> why
BLIND = {
    BIND: {
        "apex_ns_present": "counts no nameservers",
        "cds_cdnskey_match": "does not look into CDS and CDNSKEY",
        "cds_continuity": "does not look into CDS and CDNSKEY",
        "cds_location": "does not look into CDS and CDNSKEY",
        "cds_signed": "does not look into CDS and CDNSKEY",
        "delegation_ds_placement": "takes a DS for data where no cut is",
        "delegation_ds_syntax": "knows nothing of a DS' algorithm",
        "dname_no_descendants": "leaves that to named-checkzone",
        "dnskey_alg_status": "gives no advice on algorithms",
        "dnskey_ec_length": "passes over keys that it cannot use",
        "dnskey_protocol_3": "passes over keys that it cannot use",
        "dnskey_revoked_handling": "leaves revoked keys to RFC 5011",
        "dnskey_rsa_encoding": "leaves that to OpenSSL, which takes it",
        "dnskey_zone_flag": "passes over keys that it cannot use",
        "nsec3_ent": "lets an empty non-terminal go where opt-out is",
        "nsec3_flags": "looks at no flag but opt-out",
        "nsec3_hash_sha1": "passes over an NSEC3PARAM of an unknown hash",
        "nsec3_optout_correct": "lets any insecure delegation do without",
        "nsec3_owner_format": "passes over an NSEC3 that no hash leads to",
        "nsec3param_apex": "passes over an NSEC3PARAM that it cannot use",
        "nsec_not_alone": "does not mind an NSEC outside the chain",
        "rrset_duplicate_rr": "drops the second as it loads",
        "rrset_ttl_uniform": "takes the lesser TTL as it loads",
        "rrsig_absent_nonauth": "does not mind signatures below cuts",
        "rrsig_covers_missing": "does not mind signatures over nothing",
        "rrsig_labels": "verifies as a wildcard's expansion",
        "rrsig_not_self": "does not mind signatures over signatures",
        "rrsig_orphan_key": "passes over signatures by unknown keys",
        "rrsig_ttl_equal": "takes the lesser TTL as it loads",
        "rrsig_valid_all": "is content with one good signature",
        "rrsig_valid_each_algorithm": "passes over algorithms unknown to it",
        "zone_out_of_zone": "drops what is out of zone as it loads",
        "zonemd_digest": "leaves ZONEMD to others",
        "zonemd_serial": "leaves ZONEMD to others",
        "zonemd_signed": "leaves ZONEMD to others",
        "zonemd_unique": "leaves ZONEMD to others",
    },
    KNOT: {
        "algorithm_unjudgeable": "knows the algorithm, or passes over it",
        "apex_ns_present": "wants one nameserver, not two",
        "cds_continuity": "compares with the keys, not with their roles",
        "compact_denial_type": "takes a type for messages as data",
        "delegation_ds_placement": "takes a DS for data where no cut is",
        "delegation_wildcard": "does not mind it",
        "dnskey_alg_status": "gives no advice on algorithms",
        "dnskey_ec_length": "does not try each key",
        "dnskey_revoked_handling": "leaves revoked keys to RFC 5011",
        "dnskey_rsa_encoding": "leaves that to GnuTLS, which takes it",
        "nsec3_alg_compat": "has left these algorithms behind",
        "nsec3_extra": "looks for no name behind an NSEC3",
        "nsec3_flags": "looks at no flag but opt-out",
        "nsec3param_apex": "looks for no NSEC3PARAM elsewhere, at no flags",
        "nsec_not_alone": "takes an NSEC for data",
        "rrset_duplicate_rr": "drops the second as it loads",
        "rrset_ttl_uniform": "warns",
        "rrsig_covers_missing": "does not mind signatures over nothing",
        "rrsig_labels": "does not look at labels",
        "rrsig_orphan_key": "passes over signatures by unknown keys",
        "rrsig_serial_arith": "compares times as plain numbers",
        "rrsig_signer_name": "does not look at the signer's name",
        "rrsig_ttl_equal": "does not look at a signature's TTL",
        "rrsig_valid_each_algorithm": "is content with one algorithm",
        "zone_out_of_zone": "drops what is out of zone as it loads",
        "zonemd_digest": "looks at ZONEMD only when told to",
        "zonemd_serial": "looks at ZONEMD only when told to",
        "zonemd_signed": "looks at ZONEMD only when told to",
        "zonemd_unique": "looks at ZONEMD only when told to",
    },
}

# Of campaign faults beside those: what they do not see there, though they see
# the fixtures of that check.
SOMETIMES = {
    BIND: {
        "algorithm_unjudgeable": "passes over algorithms unknown to it",
        "dnskey_apex_only": "does not look for keys below the apex",
    },
    KNOT: {
        "delegation_ds_syntax": "knows nothing of a DS' algorithm",
        "dnskey_apex_only": "does not look for keys below the apex",
        "rrsig_absent_nonauth": "does not mind signatures over nothing",
        "rrsig_not_expired": "compares times as plain numbers",
        "rrsig_present_all": "misses no signature of a key that it skips",
    },
}

# With these faults a peer has mended the zone before it looks at it, and sees
# nothing of what follows.
MENDED = {
    BIND: ("rrset_duplicate_rr", "rrset_ttl_uniform", "zone_out_of_zone",
           "rrsig_ttl_equal"),
    KNOT: ("rrset_duplicate_rr", "rrset_ttl_uniform", "zone_out_of_zone",
           "zone_single_soa", "rrsig_ttl_equal"),
}

# peer -> check that only warns here, and that it refuses a zone for -> why
STRICTER = {
    BIND: {
    },
    KNOT: {
        "dnskey_keytag_collision": "gets along with no two keys of one tag",
        "dnskey_reserved_flags": "refuses reserved flags, which others ignore",
        "dnskey_sep_present": "wants the SEP flag, which is a hint",
        "dnskey_zone_flag": "refuses a key that is none, even if unused",
        "glue_required_present": "calls missing glue an error",
        "ns_target_not_alias": "misses the address records of a nameserver",
    },
}

# peer -> fixture of which zonegate finds nothing, or less, and that it refuses
REFUSED = {
    BIND: {
        "dnskey-alg-status--rsasha512-as-well":
            "wants a ZSK of each algorithm, or none: -z",
        "unjudged--algorithm-5-with-nsec":
            "wants a ZSK of each algorithm, or none: -z",
    },
    KNOT: {
        "csk-no-sep": "wants the SEP flag, which is no more than a hint",
        **{f"roll-csk-knot-{stage}":
           "wants data signed by each of two keys that could sign all"
           for stage in ("published", "submitted", "retired")},
        "unjudged--the-ds-of-two-keys-with-one-tag":
            "gets along with no two keys of one tag",
        "unjudged--ds-records-of-every-digest-type":
            "refuses digest types that it does not know",
        "unjudged--two-whole-chains":
            "knows zones with one NSEC3 chain only",
        **{f"two-chains{more}": "knows zones with one NSEC3 chain only"
           for more in ("", "-optout", "-salts")},
        **{f"unjudged--{name}": "wants CDS and CDNSKEY, or neither"
           for name in ("cds-of-a-key-that-stands-by",
                        "cds-of-a-key-that-is-to-come",
                        "cds-at-a-signalling-name")},
    },
}

# peer -> kind of a campaign's fault that zonegate lets pass, and it does not
REFUSED_KINDS = {
    BIND: {
    },
    KNOT: {
        "delegations/ds-digest-type/signed":
            "refuses digest types that it does not know",
        "keys/add/signed":
            "wants data signed by each of two keys that could sign all",
        "pairs/data-becomes-insecure/signed":
            "wants glue for the zone's own nameserver behind another's cut",
        "pairs/rrset-dropped/signed": "wants CDS and CDNSKEY, or neither",
        "signatures/by-other-role/signed":
            "wants data signed by a ZSK",
    },
}
