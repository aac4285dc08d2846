from django.dispatch import Signal

switches_changed = Signal()  # region: which kinds may be seen has changed, within the transaction
