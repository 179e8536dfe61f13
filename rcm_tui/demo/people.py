"""Invented people: names from many places, streets that do not exist, numbers that pass checks."""

import datetime
from dataclasses import dataclass
from random import Random

GIVEN_F = (
    "Ada Amara Anika Beatriz Camila Chloe Dana Elif Esme Farah Freya Grace Hana Imani Ines Ivy "
    "Jana Keiko Lea Leila Lucia Maeve Maya Mila Nadia Noor Nora Olga Paloma Priya Rosa Ruth Sana "
    "Sofia Tamar Thandi Uma Vera Willa Yara Zoe"
).split()
GIVEN_M = (
    "Adam Amir Anton Bashir Bruno Caleb Dario David Elias Emeka Felix Gabriel Hugo Idris Ilan "
    "Jamal Joel Jonas Kai Ken Kofi Leo Luca Malik Mateo Milo Nikhil Noah Omar Otto Pablo Per Rami "
    "Ravi Samuel Sven Tariq Theo Tomas Viktor Wei Yusuf Zane"
).split()
FAMILY = (
    "Abara Adeyemi Ahmadi Alvarez Andersson Baptiste Barros Becker Bianchi Brandt Castellano Chen "
    "Costa Dahl Diallo Dubois Eriksen Farouk Ferrari Fischer Fontaine Garza Grant Haddad Hassan "
    "Herrera Hughes Ibarra Ivanov Jansen Jimenez Kaplan Kim Kowalski Lindqvist Lopes Mahmoud "
    "Marchetti Mbeki Mensah Morales Nakamura Ndiaye Nguyen Novak Nwosu O'Brien Okafor Okonkwo "
    "Olsen Ortega Osei Park Patel Pereira Petrov Quinn Rahman Reyes Rossi Ruiz Saito Santos Sato "
    "Schmidt Shah Silva Singh Sokolov Suarez Tanaka Torres Ueda Vargas Volkov Walsh Weber "
    "Whitaker Yamamoto Yilmaz Zapata Zielinski"
).split()
STREETS = (
    "Alder Birch Cedar Dogwood Elm Fern Ginkgo Hawthorn Ironwood Juniper Linden Magnolia Oak "
    "Poplar Rowan Spruce Tamarack Walnut Willow"
).split()
CITIES = (
    ("Fairhaven", "NJ", "07901"),
    ("Millbrook", "NJ", "07928"),
    ("Easton Park", "NJ", "08817"),
    ("Northfield", "PA", "18015"),
    ("Stonebridge", "PA", "19104"),
    ("Lakewood Falls", "NY", "10964"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person with the address of a street that does not exist."""

    last_name: str
    first_name: str
    gender: str
    birth_date: datetime.date
    line1: str
    city: str
    state: str
    zip: str
    phone: str


def person(random: Random, born: tuple[int, int], last_name: str = "", home: str = "") -> Person:
    """An invented person born between two years; with a family name and address when given."""
    gender = random.choice("FM")
    street = home or f"{random.randrange(100, 9900)} {random.choice(STREETS)} Street"
    city, state, zip_code = random.choice(CITIES)
    return Person(
        last_name or random.choice(FAMILY),
        random.choice(GIVEN_F if gender == "F" else GIVEN_M),
        gender,
        datetime.date(random.randint(*born), random.randint(1, 12), random.randint(1, 28)),
        street,
        city,
        state,
        zip_code + f"{random.randrange(1, 9999):04d}",
        f"555{random.randrange(1000000, 9999999)}",
    )


def npi(random: Random) -> str:
    """A National Provider Identifier with a right check digit (Luhn over 80840 and the number)."""
    nine = "1" + "".join(random.choice("0123456789") for _ in range(8))
    total = 24  # what the prefix 80840 adds
    for place, digit in enumerate(reversed(nine)):
        number = int(digit)
        if place % 2 == 0:
            number = number * 2 - 9 if number > 4 else number * 2
        total += number
    return nine + str(-total % 10)
