from django.dispatch import Signal

switches_changed = Signal()  # region: which kinds may be seen has changed, within the transaction
mail_due = Signal()  # recipient, text, region, sensitive, facts: somebody is to read this, within the transaction
recognition_changed = Signal()  # region, organisation_id, until: the last day, None without, within the transaction
