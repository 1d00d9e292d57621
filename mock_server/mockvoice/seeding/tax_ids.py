"""Tax numbers with valid check digits, of fictitious companies."""

from stdnum.de import vat as de_vat
from stdnum.do import cedula, rnc
from stdnum.es import cif
from stdnum.fr import siren
from stdnum.iso7064 import mod_11_10
from stdnum.luhn import calc_check_digit as luhn_digit

from mockvoice.seeding.rng import SeededRandom


def _digits(rng: SeededRandom, number: int) -> str:
    return "".join(str(rng.randrange(10)) for _ in range(number))


def us_ein(rng: SeededRandom) -> str:
    """Return an employer identification number: a campus prefix and seven digits."""
    return f"{rng.choice(('12', '20', '27', '33', '45', '52', '61', '74', '81', '93'))}-{_digits(rng, 7)}"


def gb_vat(rng: SeededRandom) -> str:
    """Return a VAT number: seven digits, and two check digits (modulo 97)."""
    first = f"{rng.randint(1, 9)}{_digits(rng, 6)}"
    total = sum(weight * int(digit) for weight, digit in zip(range(8, 1, -1), first, strict=True))
    return f"GB{first}{97 - total % 97:02d}"


def de_vat_id(rng: SeededRandom) -> str:
    """Return a VAT number: eight digits and a check digit."""
    first = f"{rng.randint(1, 9)}{_digits(rng, 7)}"
    return f"DE{de_vat.validate(first + mod_11_10.calc_check_digit(first))}"


def es_cif(rng: SeededRandom) -> str:
    """Return the tax number of a limited company, which begins with B."""
    first = f"B{rng.randint(10, 49)}{_digits(rng, 5)}"
    return first + cif.calc_check_digits(first)[0]


def fr_tva(rng: SeededRandom) -> str:
    """Return a VAT number: two check digits, then the nine digits of the SIREN."""
    first = f"{rng.randint(3, 9)}{_digits(rng, 7)}"
    number = siren.validate(first + luhn_digit(first))
    return f"FR{(12 + 3 * (int(number) % 97)) % 97:02d}{number}"


def do_rnc(rng: SeededRandom) -> str:
    """Return a company's register number."""
    first = f"1{rng.choice('013')}{_digits(rng, 6)}"
    return first + rnc.calc_check_digit(first)


def do_cedula(rng: SeededRandom) -> str:
    """Return a person's identity number."""
    first = f"{rng.choice(('001', '031', '402', '047'))}{_digits(rng, 7)}"
    number: str = cedula.validate(first + luhn_digit(first))
    return number
