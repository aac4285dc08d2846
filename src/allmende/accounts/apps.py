from allmende.core.modules import FloorConfig, every


class AccountsConfig(FloorConfig):
    name = "allmende.accounts"
    label = "accounts"
    work = [every("1d", "actions.erase_expired_guests")]
