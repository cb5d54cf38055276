"""What people book and write in the sample data: items and their prices, pets, care notes, places to meet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wares:
    """Of one service. `main` is booked once, a walk or a night as often as `times` says; `extras` now and then. Prices in US cents."""

    main: tuple[tuple[str, int], ...]
    extras: tuple[tuple[str, int], ...]
    times: tuple[int, int]
    hours: int
    """How long one of `times` takes: 24 for a night."""

    places: tuple[str, ...]


WARES = {
    "grooming": Wares(
        (("Full groom, small dog", 6500), ("Full groom, large dog", 9800), ("Bath and brush", 4200), ("猫咪洗澡", 5200)),
        (("Nail trim", 1500), ("Teeth brushing", 1200), ("De-shedding", 2500), ("🛁 Oatmeal shampoo", 900)),
        (1, 1), 2, ("pros_place", "pros_place", "parents_home"),
    ),
    "boarding": Wares(
        (("Boarding, night", 5500), ("Boarding, night, suite", 8900), ("Übernachtung", 6000)),
        (("Pick-up and return", 3000), ("Medication, a day", 500), ("Extra walk 🐕", 1200)),
        (1, 9), 24, ("pros_place",),
    ),
    "sitting": Wares(
        (("House sitting, night", 7500), ("Drop-in visit", 2400), ("Visita a domicilio", 2600)),
        (("Second cat", 800), ("Watering plants", 500), ("Litter box", 600)),
        (1, 7), 24, ("parents_home",),
    ),
    "walking": Wares(
        (("Walk, 30 minutes", 2200), ("Walk, 60 minutes", 3400), ("Прогулка", 2500)),
        (("Second dog", 1000), ("GPS report", 300)),
        (1, 5), 1, ("parents_home", "parents_home", "elsewhere"),
    ),
    "training": Wares(
        (("Puppy class", 4500), ("Private lesson", 8500), ("Behaviour consultation", 15000)),
        (("Clicker set", 900), ("Written plan", 2500)),
        (1, 2), 2, ("pros_place", "elsewhere", "parents_home"),
    ),
}  # fmt: skip

PETS = {
    "dog": ("Bella", "Rocky", "Luna", "Max", "Daisy", "Buddy", "Canelo", "Łatka", "Мухтар", "豆豆", "Sir Barks-a-Lot III", "🐶 Bo"),
    "cat": ("Miso", "Oliver", "Nala", "Simba", "Zoë", "Мурка", "タマ", "قطة", "O'Malley", "Schrödinger"),
    "bird": ("Kiwi", "Polly", "Ράδιο"),
    "rabbit": ("Thumper", "Möhre", "חומי"),
    "reptile": ("Rex", "Iggy", "蛇蛇"),
    "other": ("Hamlet", "Peanut 🥜"),
}  # fmt: skip
KINDS = ("dog",) * 12 + ("cat",) * 6 + ("bird", "rabbit", "reptile", "other")

NOTES = (
    "Allergic to chicken. Two small meals a day, the bag stands beside the fridge.",
    "Microchip {chip}. Afraid of thunder and of men with hats.",
    "Pulls on the leash; please use the harness, never the collar.",
    "Half a tablet of carprofen with breakfast. Vet: Dr. Ödman, (203) 555-0142. Microchip {chip}.",
    "Key is in the lockbox, code as last time. Don't let the cat out!!",
    "Diabetic: insulin at 7 and 19 h, with food. Call me if anything is odd.",
    "Muerde cuando le cortan las uñas. Chip {chip}.",
    "Old and deaf. Wake him gently.",
    "怕生，请慢慢来。芯片 {chip}",
    "Bites.\n\n- no children\n- no other dogs\n- yes, really",
    "[bold red]IMPORTANT[/] \x1b[31mfeed at 6\x1b[0m =1+1 \u202enosredna\u202c",
)
"""{chip} is the pet's own microchip number."""

MEETING = (
    "Edgewood Park, main gate",
    "East Rock Park, parking lot",
    "Wharton Brook, picnic ground",
    "Elizabeth Park, rose garden",
)

CARDS = ("Visa",) * 10 + ("Mastercard",) * 6 + ("American Express",) * 3 + ("Discover", "UnionPay", "JCB")
BANKS = ("First County Bank", "Nutmeg Credit Union", "Elm City Savings", "Constitution Bank", "Sparkasse Weiß & Söhne")

REFUND_NOTES = (
    "The pro came an hour late and left early; parent sent photos.",
    "Booked twice by a double tap, the second one was never worked.",
    "Pet fell ill on the morning; cancelled four hours ahead.",
    "Half of the walks were skipped. Pro agrees.",
    "Claro error del paseador — devolver la mitad.",
    "As a sign of goodwill after the cut paw 🐾",
)
ORDER_NOTES = (
    "Called the parent: all is well, wants the same walker again.",
    "Pro confirmed by phone that the key was returned.",
    "Waiting for the vet's bill.",
    "Parent asks for an invoice with the pet's name on it.",
)
RESOLUTIONS = (
    "Spoke with both: a misunderstanding about the time. Nothing is owed.",
    "Another sitter took over the same evening.",
    "The paw has healed; the pro pays the vet, nothing to refund.",
)
REVIEW_NOTES = (
    "Asked the parent for the booking confirmation.",
    "Same card and amount as ever; looks like a family booking.",
    "Evidence: messages, GPS track and the signed report.",
    "Called the pro on the number we had before: the change is theirs.",
)
