"""Give an API client a new key or password; the old one stops working at once."""

from secrets import token_urlsafe

from ..models import ApiClient
from ..models.secrets import hash_secret

ENTROPY = 32  # bytes


def issue_api_key(*, client: ApiClient) -> str:
    """Returns the key, which cannot be read again: only its hash is stored."""
    key = token_urlsafe(ENTROPY)
    client.api_key_hash = hash_secret(key)
    client.save(update_fields=['api_key_hash'])
    return key


def issue_password(*, client: ApiClient) -> str:
    """Returns the password, which cannot be read again: only its hash is stored."""
    password = token_urlsafe(ENTROPY)
    client.password_hash = hash_secret(password)
    client.save(update_fields=['password_hash'])
    return password
