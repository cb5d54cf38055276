"""What applicants say of themselves in the sample data, what is asked of them, and what is noted about them. Links are typed text.

{name}, {city}, {family} are the applicant's own; {link} is one of `LINKS`, {one} and {two} of the words of businesses.
"""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


BUSINESS_NAMES = (
    "{one} {two} Pet Care", "{one} {two} of {city}", "{family}'s {one} {two}", "{name} Dog Training", "{one} {two} Dog Walkers",
    "The {one} {two} Hotel", "{one} & {two} LLC", "{family} & Daughters: {one} Pet Sitting", "{name}", "{one} {two} Mobile Grooming",
    "Sit. {one}. {two}!", "{one} {two} Training Academy, Inc.", "{name} (cats only)", "Dr. {family}'s {two} Boarding", "The {two} {two} Club",
)  # fmt: skip
"""{one} and {two} are words of their own, so that few names are alike by chance."""

FIRST_WORDS = _words("""
    Happy Furry Waggy Golden Little Gentle Merry Sunny Lucky Cosy Muddy Clever Brave Cheeky Dapper Fancy Fluffy Frisky Jolly Kind Lazy
    Loyal Mellow Mighty Nimble Noble Perky Plucky Proud Purring Quiet Rusty Scruffy Shaggy Silky Sleepy Snug Spotted Swift Tidy Velvet
    Woolly Zippy Amber Bramble Cedar Clover Copper Coral Harbor Hazel Heather Juniper Maple Meadow Misty Nutmeg Olive Pepper Willow
""")
SECOND_WORDS = _words("""
    Paws Tails Whiskers Trails Noses Ears Barkers Leashes Collars Bones Snouts Hounds Pups Mutts Mousers Tabbies Critters Claws Fur Coats
    Companions Friends Buddies Scouts Rovers Ramblers Trotters Sprinters Diggers Fetchers Cuddlers Nappers Meadow Den Burrow Kennel Nest
    Perch Basket Cushion Garden Yard Farm Ranch Barn Lodge Cottage House Corner Court Manor Retreat Haven Hideaway Village School Parlor
    Salon Studio Spa
""")
RARE_NAMES = (
    "{family}犬の散歩屋さん {city}店", "猫咪之家宠物寄养 {family}", "{family} 행복한 강아지 호텔", "Пушистые лапы {family}",
    "Хвостатая няня «{name}»",
    "فندق القطط السعيدة {family}", "כלבים שמחים {family}", "Ο Καλός Σκύλος {family}", "Hundesalon {family} & Söhne",
    "Peluquería Canina {family}", "Chez {family} — pension pour chiens et chats", "Łapa w łapę {family}", "Çiçek Kedi Oteli {family}",
    "🐾 {name} 🐾", "बिल्ली घर {family}", "ร้านอาบน้ำสุนัข {family}", "K9 {two}", "{two}",
    "The Very Reverend Doctor {name}'s {one} {two} Academy for the Advancement of Manners, Deportment and Polite Conversation among Dogs, "
    "Cats, Parrots and Other Members of the Household of {city} and the Surrounding Towns",
    "[bold red]{name}[/] Pets", "\x1b]8;;https://petworks.example.phish.test/\x07Official {name}\x1b]8;;\x07",
    '=HYPERLINK("https://pets.example";"{name}")', "\u202e{name}\u202c sreklaW goD", "'); DROP TABLE {family};--",
)  # fmt: skip
RARE = 0.12
"""The part of applicants whose business has one of the rare names."""

AREAS = (
    "{city} and ten miles around", "{city}", "{city}, also the towns along the shore", "Greater {city}; weekends further out",
    "{city} — by bicycle, so nothing hilly please", "Only walking distance from downtown {city}", "Anywhere between {city} and the state line",
)  # fmt: skip
EXPERIENCE = (
    "Nine years at a shelter, the last four as head of adoptions. First aid for pets, renewed this spring.",
    "I grew up on a farm with dogs, goats and one very old parrot.",
    "Certified trainer since 2014. I work by reward alone, never by force.",
    "Vet tech for six years, then two children. Ready to work again, mornings best.",
    "12 years of walking, up to four dogs at once.\n\nReferences on request. See {link} for pictures of my regulars!",
    "None for money, but I have cared for my neighbours' cats since I was ten.",
    "Groomer, own salon in Kraków 2009–2018 („Łapa w łapę”), since then in {city}.",
    "15年の経験があります。大型犬も大丈夫です。",
    "Diez años cuidando perros, gatos y un loro. Página: {link}",
    "Trained at the National Academy. Certificate at {link} (the site is slow, be patient).",
    "Опыт 7 лет: выгул, передержка, уколы. Есть своя машина.",
)
RATES = (
    "Walk 30 min $22, 60 min $34. Weekends +$5.",
    "Boarding $55 a night, second pet $30",
    "Full groom: small $65, large from $98; nails $15",
    "Drop-in $24; house sitting $75 a night incl. plants",
    "Puppy class $45. Private lesson $85. Behaviour: by agreement, see {link}",
    "$20/h",
    "What others take, minus ten per cent",
)
QUESTIONS = (
    "How did you hear of us?",
    "Do you have a car?",
    "Which animals do you not take?",
    "Who looks after the animals when you are ill?",
    "Where can we see more of your work?",
)
ANSWERS = (
    (
        "A friend books with you.",
        "Your poster at the vet's in {city}",
        "[click here](https://pets.example/win?id=7)",
        "google",
    ),
    ("Yes, with a crate for two large dogs.", "No, I cycle.", "Sí, una furgoneta", "Two!! 🚐🚐"),
    ("Snakes.", "None, I love them all", "Dogs that bite. Sorry.", "爬行动物"),
    ("My sister {family}, who works with me.", "I have never been ill.", "Nobody yet: could Petworks help?", "家人"),
    (
        "{link}",
        "Instagram: @{family}.pets, or {link}",
        "\x1b]8;;{link}\x1b\\my page\x1b]8;;\x1b\\",
        "On paper only. I can send a letter.",
    ),
)
"""By the place of the question."""

LINKS = (
    "https://paws.example/about-me", "http://dogs.example:8080/?a=1&b=2#top", "www.catsitters.example", "https://xn--hnde-0ra.example/über-uns",
    "file:///etc/passwd", "javascript:alert(document.cookie)", "mailto:me@paws.example?subject=hello", "https://petworks.example@evil.example/",
)  # fmt: skip

PROVIDERS = {
    "licence": ("State of Connecticut, Department of Agriculture", "City of {city}", "Commonwealth of Massachusetts"),
    "insurance": ("Nutmeg Mutual", "Pet Sitters' Associates", "Harbor & Field Insurance Co.", "Allgemeine Tier-Versicherung"),
    "background_check": ("Safe Harbor Screening", "ClearView Checks", "Verified First Step"),
    "other": ("National Association of Dog Trainers", "Red Cross", "Dr. Ödman, DVM"),
}  # fmt: skip
CLEAR_RESULTS = (
    "Clear: no records found.",
    "Clear. Identity confirmed.",
    "No criminal records. One traffic matter (speeding), 2019.",
)
POOR_RESULTS = (
    "Consider: misdemeanor, animal neglect, 2018. See the report.",
    "Identity could not be confirmed: name and date of birth do not match.",
)

REVIEW_NOTES = (
    "Insurance is in the right name, and covers boarding.",
    "Rang the reference she gave: has walked their dogs for three years, nothing but praise.",
    "The picture of the licence is cut off at the bottom; the number can be read.",
    "Same phone as another application? Looked at both: mother and daughter.",
    "Background check came back clear.",
)
ADVICE = {
    "approve": "Everything is there and holds. I would take them.",
    "decline": "The insurance ran out, and the applicant says they won't renew it.",
}  # fmt: skip
ASKS = (
    (
        "Your insurance",
        "Hello,\n\nthe insurance you sent us has run out. Please send us the new one, then we can go on.\n\nPetworks",
    ),
    (
        "One more document",
        "Hello,\n\nfor boarding and grooming we also need a licence. A picture of it is enough.\n\nPetworks",
    ),
    (
        "A question about your experience",
        "Hello,\n\nplease tell us a little more about your work with animals: since when, where, how many.\n\nPetworks",
    ),
)
"""Subject and body."""

REPLIES = (
    "Here it is, sorry for the delay!",
    "I sent it by letter on Monday. More at {link}",
    "Since 2011, in {city}. Ask anybody!",
)
ENDINGS = {
    "approved": (
        "Welcome to Petworks",
        "Hello,\n\nwe are glad to have you: from now on people can book with you.\n\nPetworks",
    ),
    "declined": (
        "Your application",
        "Hello,\n\nthank you for wanting to work with us. This time we can't say yes.\n\nPetworks",
    ),
}
"""State → subject and body of the message that goes with the decision."""

DECIDED_NOTES = {
    "approved": ("All complete, references checked.", "Known from before, good reviews elsewhere."),
    "declined": ("Asked twice, the document never came.", "See the background check.", "The same pro is here already."),
}
