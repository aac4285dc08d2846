import pytest

pytestmark = pytest.mark.django_db

SIGN_UP, CODE = "/registrieren/", "/registrieren/code/"
DORA = {"name": "Dora Neumann", "email": "Dora@Lindach.example"}
