"""Who gets what from each address: the one table that ``test_matrix.py`` asks the running house about.

A row is the name of an address, then the things that it is about, and what GET and POST (of an empty form) answer.
An answer is the status for everybody, then those for whom it differs: "404 own:200" says that only the people of the
entry see it. ``sign-in`` leads to the sign-in and back, ``302`` anywhere else. "kind:" stands for each kind of each
module; of the steps in an entry's life only those that somebody may take are listed, all others are ``NO_STEP``.
"""

ROLES = ["guest", "charlie", "bob", "alice", "moderator", "editor", "admin", "platform"]
# Asked only where roles count: what is open to everybody, or nobody's address, is so for them as well.
FURTHER = ["beth", "club_admin", "district_editor", "deputy", "data_protection"]
GROUPS = {
    "guest": ["guest"],
    "charlie": ["charlie"],  # has an account, nothing else
    "managers": ["alice", "club_admin"],  # owner and admin of the organisation whose things these are
    "own": ["alice", "club_admin", "beth"],  # who may change them: the moderator as well
    "people": ["alice", "club_admin", "beth", "bob"],  # its people: also a member who entered none of them
    "author": ["alice"],  # of what people write about themselves: the rows of "kind:" say "own" and "people" for both
    "editors": ["editor", "deputy", "admin", "platform"],  # the deputy stands in for an editor who is away
    "checkers": ["editor", "deputy", "admin", "platform", "district_editor"],  # whose district it is
    "team": ["moderator", "editor", "deputy", "admin", "platform", "district_editor"],
    "desk": ["moderator", "editor", "deputy", "admin", "platform", "district_editor", "data_protection"],
    "readers": ["editor", "deputy", "admin", "platform", "data_protection"],  # of the log
    "district": ["district_editor"],
    "admins": ["admin", "platform"],
    "platform": ["platform"],
}

DESK = ("404 guest:sign-in desk:200", "405")
TEAM = ("404 guest:sign-in team:200", "405")
CHECKERS = ("404 guest:sign-in checkers:200", "405")
EDITORS = ("404 guest:sign-in editors:200", "405")
SETTINGS = ("404 guest:sign-in admins:200", "404 guest:sign-in admins:400")
MINE = ("200 guest:sign-in", "405")
SIGNED_OUT = ("302 guest:200", "302 guest:200")  # the way in is closed to those who are in
NOT_HERE = ("404", "404")
NO_STEP = ("404 guest:sign-in", "404 guest:sign-in")
READ = ("200", "405")

TEXTS = ["impressum", "datenschutz", "barrierefreiheit", "nutzungsbedingungen", "netiquette", "zustaendigkeiten"]

TABLE = {
    # Lists and files of every kind
    "kind:list": READ,
    "kind:map": READ,
    "kind:points": READ,
    "kind:feed": READ,
    "kind:export csv": READ,
    "kind:export xlsx": READ,
    "kind:export json": READ,
    "kind:export pdf": ("404", "405"),
    "kind:new": ("200 guest:sign-in", "400 guest:sign-in"),
    # An entry in each of its states
    "kind:detail draft": ("404 people:200", "405"),
    "kind:detail waiting": ("404 people:200 team:200", "405"),
    "kind:detail public": READ,
    "kind:detail hidden": ("404 people:200 team:200", "405"),
    "kind:detail archived": ("404 people:200 team:200", "405"),
    "kind:detail for-signed-in": ("200 guest:404", "405"),
    "kind:detail for-circle": ("404 people:200 team:200", "405"),
    "kind:detail by-link": ("404 people:200 team:200", "405"),
    "kind:detail by-link with-key": READ,
    "kind:detail missing": ("404", "405"),
    "kind:ics draft": ("404 people:200", "405"),
    "kind:ics waiting": ("404 people:200 team:200", "405"),
    "kind:ics public": READ,
    "kind:ics hidden": ("404 people:200 team:200", "405"),
    "kind:ics archived": ("404 people:200 team:200", "405"),
    "kind:ics by-link": ("404 people:200 team:200", "405"),
    "kind:ics by-link with-key": READ,
    "kind:preview draft": ("404 own:200", "405"),
    "kind:preview waiting": ("404 own:200 checkers:200", "405"),
    "kind:preview public": ("404 own:200 checkers:200", "405"),
    "kind:preview hidden": ("404 checkers:200", "405"),
    "kind:preview archived": ("404 own:200 checkers:200", "405"),
    "kind:edit draft": ("404 guest:sign-in own:200", "404 guest:sign-in own:400"),
    "kind:edit waiting": ("404 guest:sign-in own:200 checkers:200", "404 guest:sign-in own:400 checkers:400"),
    "kind:edit public": ("404 guest:sign-in own:200 checkers:200", "404 guest:sign-in own:400 checkers:400"),
    "kind:edit hidden": ("404 guest:sign-in checkers:200", "404 guest:sign-in checkers:400"),
    "kind:edit archived": ("404 guest:sign-in own:200 checkers:200", "404 guest:sign-in own:400 checkers:400"),
    # The steps of its life: POST takes them; 400 asks for the reason that is owed
    "kind:step draft einreichen": ("404 guest:sign-in own:200", "404 guest:sign-in own:302"),
    "kind:step draft loeschen": ("404 guest:sign-in own:200", "404 guest:sign-in own:302"),
    "kind:step waiting freigeben": ("404 guest:sign-in checkers:200", "404 guest:sign-in checkers:302"),
    "kind:step waiting zurueckgeben": ("404 guest:sign-in checkers:200", "404 guest:sign-in checkers:400"),
    "kind:step public gesehen": ("404 guest:sign-in checkers:200", "404 guest:sign-in checkers:302"),
    "kind:step public verbergen": ("404 guest:sign-in team:200", "404 guest:sign-in team:400"),
    "kind:step public archivieren": (
        "404 guest:sign-in own:200 checkers:200",
        "404 guest:sign-in own:302 checkers:302",
    ),
    "kind:step hidden zeigen": ("404 guest:sign-in team:200", "404 guest:sign-in team:302"),
    "kind:step archived wiederherstellen": (
        "404 guest:sign-in own:200 checkers:200",
        "404 guest:sign-in own:302 checkers:302",
    ),
    # The same in a district that is another editor's
    "kind:detail elsewhere": ("404 people:200 team:200 district:404", "405"),
    "kind:edit elsewhere": (
        "404 guest:sign-in own:200 editors:200",
        "404 guest:sign-in own:400 editors:400",
    ),
    "kind:step elsewhere freigeben": ("404 guest:sign-in editors:200", "404 guest:sign-in editors:302"),
    # What single modules add
    "events:month": READ,
    "events:cancel public": ("405", "404 guest:sign-in own:302 checkers:302"),
    "events:cancel waiting": ("405", "404 guest:sign-in"),
    "events:cancel draft": ("405", "404 guest:sign-in"),
    **{
        f"directory:person-step {state} entfernen": ("404 guest:sign-in author:200", "404 guest:sign-in author:302")
        for state in ("draft", "waiting", "public", "hidden", "archived")
    },
    "directory:person-step draft loeschen": NO_STEP,
    "directory:person-message public": ("200 author:404", "400 author:404"),
    "directory:person-message draft": NOT_HERE,
    "directory:person-message waiting": NOT_HERE,
    "directory:person-message hidden": NOT_HERE,
    "directory:person-message for-signed-in": ("200 guest:404 author:404", "400 guest:404 author:404"),
    "directory:person-message by-link with-key": ("200 author:404", "400 author:404"),
    "directory:message public": ("200", "400"),
    "directory:message waiting": NOT_HERE,
    "directory:message draft": NOT_HERE,
    "directory:members public": ("404 guest:sign-in people:200", "404 guest:sign-in"),
    "directory:members draft": ("404 guest:sign-in people:200", "404 guest:sign-in"),
    "directory:join public": ("200 guest:sign-in people:302", "400 guest:sign-in people:302"),
    "directory:join waiting": ("404 guest:sign-in people:302", "404 guest:sign-in people:302"),
    "directory:join draft": ("404 guest:sign-in people:302", "404 guest:sign-in people:302"),
    # Pictures
    "entries:picture of-public": READ,
    "entries:picture of-draft": ("404 people:200", "405"),
    "entries:picture of-hidden": ("404 people:200 team:200", "405"),
    "entries:picture of-public no-width": ("404", "405"),
    # Still current? The link of a mail to alice, opened by whomever
    "entries:still_current current-link": ("200", "400"),
    "entries:still_current wrong-link": ("410", "410"),
    "entries:gone current-link asked-about": ("200", "302"),
    "entries:gone current-link missing": NOT_HERE,
    "entries:gone wrong-link asked-about": ("410", "410"),
    # Recognition: alice has asked for her club
    "regions:recognition of-tsv": ("404 guest:sign-in managers:200", "404 guest:sign-in managers:400"),
    "regions:recognition missing": NO_STEP,
    "regions:proof a-request": ("404 guest:sign-in managers:200 editors:200", "405"),
    "regions:proof missing": ("404 guest:sign-in", "405"),
    "portal:recognitions": EDITORS,
    "portal:recognition a-request": ("404 guest:sign-in editors:200", "404 guest:sign-in editors:400"),
    "portal:recognition missing": NO_STEP,
    # Letters: charlie wrote to alice's organisation, and to one without an address
    "correspondence:thread to-tsv": (
        "404 guest:sign-in charlie:200 people:200",
        "404 guest:sign-in charlie:400 people:400",
    ),
    "correspondence:thread to-silent": (
        "404 guest:sign-in charlie:200 editors:200",
        "404 guest:sign-in charlie:400 editors:400",
    ),
    "correspondence:relay to-tsv": ("405", "404 guest:sign-in"),
    "correspondence:relay to-silent": ("405", "404 guest:sign-in editors:302"),
    "correspondence:by_link mailed-link": ("200", "400"),
    "correspondence:by_link wrong-link": ("410", "410"),
    "correspondence:confirm letter-link": ("200", "200"),
    "correspondence:confirm wrong-link": ("410", "410"),
    # Flags
    "moderation:flag public": ("200", "400"),
    "moderation:flag draft": NOT_HERE,
    "moderation:flag waiting": NOT_HERE,
    "moderation:flag hidden": NOT_HERE,
    "moderation:flag archived": NOT_HERE,
    "moderation:flag by-link": ("404 people:200 team:200", "404 people:400 team:400"),
    "moderation:flag by-link with-key": ("200", "400"),
    "moderation:confirm flag-link": ("200", "200"),
    "moderation:confirm wrong-link": ("410", "410"),
    "moderation:queue": TEAM,
    "moderation:decide flagged": ("404 guest:sign-in team:200", "404 guest:sign-in team:400"),
    "moderation:decide missing": NO_STEP,
    "moderation:report_barrier": ("200", "400"),
    "moderation:confirm_barrier barrier-link": ("200", "200"),
    "moderation:confirm_barrier wrong-link": ("410", "410"),
    "moderation:barriers": EDITORS,
    "moderation:answer_barrier a-barrier": ("404 guest:sign-in editors:200", "404 guest:sign-in editors:400"),
    "moderation:answer_barrier unconfirmed-barrier": NO_STEP,
    "moderation:answer_barrier missing": NO_STEP,
    # Imports
    "interfaces:imports": EDITORS,
    "interfaces:import_new of-organisations": (
        "404 guest:sign-in editors:200",
        "404 guest:sign-in editors:400",
    ),
    "interfaces:import_new of-nothing": NO_STEP,
    "interfaces:import_template of-organisations csv": EDITORS,
    "interfaces:import_template of-organisations pdf": ("404 guest:sign-in", "405"),
    "interfaces:import_run uploaded": ("404 guest:sign-in editors:302", "405"),
    "interfaces:import_run looked-at": EDITORS,
    "interfaces:import_run done": EDITORS,
    "interfaces:import_run missing": ("404 guest:sign-in", "405"),
    "interfaces:import_columns uploaded": ("404 guest:sign-in editors:200", "404 guest:sign-in editors:400"),
    "interfaces:import_columns done": ("404 guest:sign-in editors:302", "404 guest:sign-in editors:302"),
    "interfaces:import_names looked-at": ("404 guest:sign-in editors:302", "404 guest:sign-in editors:302"),
    "interfaces:import_start looked-at": ("405", "404 guest:sign-in editors:302"),
    "interfaces:import_undo done": ("404 guest:sign-in editors:200", "404 guest:sign-in editors:302"),
    "interfaces:import_discard looked-at": ("405", "404 guest:sign-in editors:302"),
    "interfaces:import_refused done": EDITORS,
    # Doors of the house
    "portal:home": READ,
    "portal:regions": READ,
    "portal:search": READ,
    "portal:delete_account": ("302 guest:sign-in", "302 guest:sign-in"),
    "portal:first_sign_in key-link": ("200", "400"),
    "portal:first_sign_in wrong-link": NOT_HERE,
    "portal:invitation_code": ("200", "400"),
    "portal:invitation letter-code": ("200", "302 guest:400"),
    "portal:invitation wrong-code": NOT_HERE,
    "portal:invited invited-link": ("403 guest:200", "403 guest:302"),
    "portal:invited wrong-link": ("410", "410"),
    "portal:demo": NOT_HERE,
    "portal:post": ("404", "405"),
    "portal:attachment a-mail": ("404", "405"),
    "regions:theme a-digest": READ,
    "regions:language": ("405", "302"),
    "regions:tile a-tile": READ,
    "regions:tile no-tile": ("404", "405"),
    "regions:districts": READ,
    **{f"regions:{kind}": READ for kind in TEXTS},
    **{f"regions:{kind}_version first": READ for kind in TEXTS},
    "regions:impressum_version second": ("404", "405"),  # a draft
    "regions:address": READ,
    "live": ("200", "200"),
    "ready": ("503", "503"),  # nobody does later work in a test
    # One's own, and the desk
    "portal:mine": MINE,
    "portal:claim": ("405", "302 guest:sign-in"),
    "portal:withdraw an-application": ("405", "302 guest:sign-in"),
    "portal:takeover takeover-link": ("403 guest:200", "403 guest:400"),
    "portal:takeover wrong-link": ("410", "410"),
    "portal:prepare": ("404 guest:sign-in editors:200", "404 guest:sign-in editors:400"),
    "portal:my_threads": MINE,
    "portal:desk": DESK,
    "portal:queue": CHECKERS,
    "portal:edited": CHECKERS,
    "portal:messages": EDITORS,
    "portal:log": ("404 guest:sign-in readers:200", "405"),
    "portal:claims": ("404 guest:sign-in editors:200", "404 guest:sign-in"),
    "portal:invitations": ("404 guest:sign-in editors:200", "404 guest:sign-in editors:400"),
    "portal:invitation_uses an-invitation": ("404 guest:sign-in editors:200", "404 guest:sign-in editors:302"),
    "portal:invitation_uses missing": NO_STEP,
    "portal:invitation_letter an-invitation": EDITORS,
    "portal:mails": ("404 guest:sign-in admins:200", "405"),
    "portal:mail refused": ("404 guest:sign-in admins:200", "404 guest:sign-in"),
    "portal:mail of-nobody": ("404 guest:sign-in platform:200", "404 guest:sign-in"),
    "portal:way_in way-link": ("200", "302"),
    "portal:way_in wrong-link": NOT_HERE,
    "portal:people": ("404 guest:sign-in admins:200", "404 guest:sign-in"),
    "portal:second_factor": ("404 guest:sign-in platform:200", "404 guest:sign-in platform:400"),
    "portal:absences": ("404 guest:sign-in desk:200", "404 guest:sign-in desk:400"),
    "portal:suspensions": SETTINGS,
    "portal:settings": SETTINGS,
    "portal:look": SETTINGS,
    "portal:look_preview": ("404 guest:sign-in admins:200", "405"),
    "portal:modules": SETTINGS,
    "portal:words": ("404 guest:sign-in admins:200", "404 guest:sign-in admins:302"),
    "portal:portals": SETTINGS,
    "portal:portal a-portal": SETTINGS,
    "portal:portal missing": NO_STEP,
    "portal:texts": ("404 guest:sign-in admins:200", "405"),
    "portal:text imprint": SETTINGS,
    "portal:text no-text": NO_STEP,
    "portal:text_preview imprint": SETTINGS,
    "portal:text_preview no-text": NO_STEP,
    "portal:launch": ("404 guest:sign-in admins:302", "404 guest:sign-in admins:302"),  # it is open
    "portal:topics": ("404 guest:sign-in admins:200", "404 guest:sign-in"),
    # Accounts
    "account_request_login_code": SIGNED_OUT,
    "account_confirm_login_code": ("302", "302"),
    "account_login": SIGNED_OUT,
    "account_signup": SIGNED_OUT,
    "account_reset_password": ("200", "200"),
    "account_confirm_password_reset_code": ("302", "302"),
    "account_complete_password_reset": ("302", "302"),
    "account_password_reset_completed": ("200", "405"),
    "account_reauthenticate": ("200 guest:sign-in", "200 guest:sign-in"),
    "account_start_over": ("405", "302"),
    "account_inactive": ("200", "405"),
    "account_logout": ("200 guest:302", "302"),
    "account_email_verification_sent": ("302", "302"),
    "account_details": ("200 guest:sign-in", "400 guest:sign-in"),
    "account_email": ("200 guest:sign-in", "400 guest:sign-in"),
    "account_change_password": ("200 guest:sign-in", "200 guest:sign-in"),
    "account_set_password": ("302 guest:sign-in", "302 guest:sign-in"),
    # What guards them: one's own, so others' keys are not there; 302 leads to the password, which is asked anew
    "mfa_index": ("200 guest:sign-in", "200 guest:sign-in"),
    "mfa_list_webauthn": ("200 guest:sign-in", "200 guest:sign-in"),
    "mfa_login_webauthn": ("302 guest:200", "302 guest:400"),
    "mfa_authenticate": ("302", "302"),
    "mfa_reauthenticate": ("302 guest:sign-in", "302 guest:sign-in"),
    "mfa_reauthenticate_webauthn": ("200 guest:sign-in", "400 guest:sign-in"),
    "mfa_activate_totp": ("302 guest:sign-in", "302 guest:sign-in"),
    "mfa_deactivate_totp": ("404 guest:sign-in", "404 guest:sign-in"),
    "mfa_add_webauthn": ("302 guest:sign-in", "302 guest:sign-in"),
    "mfa_edit_webauthn missing": ("302 guest:sign-in", "302 guest:sign-in"),
    "mfa_remove_webauthn missing": ("302 guest:sign-in", "302 guest:sign-in"),
    "mfa_view_recovery_codes": ("404 guest:sign-in", "405 guest:sign-in"),
    "mfa_generate_recovery_codes": ("302 guest:sign-in", "302 guest:sign-in"),
    "usersessions_list": ("200 guest:sign-in", "404 guest:sign-in"),
}


def expected(answer: str, role: str) -> str:
    """What the role gets; of several groups that the role is in, the last one counts."""
    status, *others = answer.split()
    for other in others:
        group, _, own = other.partition(":")
        status = own if role in GROUPS[group] else status
    return status
