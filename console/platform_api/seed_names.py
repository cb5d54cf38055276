"""Names as the sample data has them: of many scripts, each with the spelling that its owner uses in an e-mail address.

A further script is one more `Script` here, with its share of the people.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

Pair = tuple[str, str]
"""A name as written, and in plain letters for an address."""


@dataclass(frozen=True)
class Script:
    """`share` is in thousandths of all people. `pattern` puts given and family name in the language's order."""

    share: int
    given: tuple[Pair, ...]
    family: tuple[Pair, ...]
    pattern: str = "{given} {family}"


def _pairs(text: str) -> tuple[Pair, ...]:
    """`Zoë=zoe Ann`: what stands behind = is the plain spelling; without it the name in lower case."""
    split = (word.partition("=") for word in text.split())
    return tuple((name.replace("_", " "), plain or name.lower()) for name, _, plain in split)


ENGLISH = Script(
    640,
    _pairs("""
        James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan
        Joseph Jessica Thomas Karen Christopher Sarah Charles Lisa Daniel Nancy Matthew Sandra Anthony
        Ashley Mark Emily Steven Donna Andrew Michelle Paul Carol Joshua Amanda Kenneth Melissa Kevin
        Deborah Brian Stephanie Timothy Rebecca Ronald Laura Jason Helen Edward Sharon Jeffrey Cynthia Ryan
        Kathleen Jacob Amy Nicholas Angela Gary Shirley Eric Brenda Jonathan Emma Stephen Anna Larry Pamela
        Justin Nicole Scott Samantha Brandon Katherine Benjamin Christine Samuel Debra Gregory Rachel
        Alexander Carolyn Patrick Janet Frank Maria Raymond Olivia Jack Heather Dennis Diane Jerry Julie
        Tyler Joyce Aaron Victoria Jose Kelly Adam Lauren Nathan Christina Henry Joan Zachary Evelyn Douglas
        Judith Peter Andrea Kyle Hannah Noah Cheryl Ethan Jacqueline Jeremy Martha Christian Madison Walter
        Teresa Keith Gloria Austin Sara Roger Janice Terry Ann Sean Kathryn Gerald Abigail Carl Sophia Dylan
        Frances Harold Jean Jordan Alice Jesse Judy Bryan Isabella Lawrence Julia Arthur Grace Gabriel Amber
        Bruce Denise Logan Danielle Billy Marilyn Joe Beverly Alan Charlotte Juan Natalie Elijah Theresa
        Willie Diana Albert Brittany Wayne Doris Randy Kayla Mason Alexis Vincent Lori Liam DeShawn=deshawn
        Mary-Kate=marykate Jo=jo Bo=bo X=x
    """),
    _pairs("""
        Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Thomas Taylor Moore Jackson Martin
        Lee Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Hill Green Adams
        Nelson Baker Hall Campbell Mitchell Carter Roberts Phillips Evans Turner Parker Collins Edwards
        Stewart Morris Murphy Cook Rogers Morgan Cooper Peterson Bailey Reed Kelly Howard Ward Cox
        Richardson Watson Brooks Bennett Gray James Hughes Price Myers Long Foster Sanders Ross Powell
        Sullivan Bell Coleman Butler Henderson Barnes Fisher Simmons Jordan Patterson Graham Hamilton
        Wallace Woods Cole West Owens Reynolds Ellis Harrison Gibson Marshall Wells Palmer Burke Gallagher
        Kowalski Novak Rossi Marino Esposito Santoro Russo Lombardi DeLuca=deluca Bianchi Cohen Levy
        Schwartz Klein Schneider Weber Hoffman O'Brien=obrien O’Connor=oconnor D'Angelo=dangelo
        McDonald=mcdonald MacLeod=macleod Van_Dyke=vandyke de_la_Cruz=delacruz Smith-Jones=smithjones
        Wentworth-Fitzgerald=wentworthfitzgerald St._John=stjohn Ng=ng
    """),
)

SPANISH = Script(
    130,
    _pairs("""
        José=jose María=maria Ángel=angel Sofía=sofia Jesús=jesus Lucía=lucia Martín=martin Inés=ines
        Andrés=andres Raúl=raul Begoña=begona Íñigo=inigo Valentina Camila Diego Mateo Ximena Iván=ivan
        Noemí=noemi Adrián=adrian Belén=belen Joaquín=joaquin Carmen Luis_Ángel=luisangel Ana_María=anamaria
    """),
    _pairs("""
        García=garcia Rodríguez=rodriguez Martínez=martinez Hernández=hernandez López=lopez
        González=gonzalez Pérez=perez Sánchez=sanchez Ramírez=ramirez Torres Flores Rivera Gómez=gomez
        Díaz=diaz Cruz Reyes Ortiz Gutiérrez=gutierrez Muñoz=munoz Núñez=nunez Peña=pena Vázquez=vazquez
        Ibáñez=ibanez Castro Vega Santiago Colón=colon Rosado García_Márquez=garciamarquez
        Ruiz_de_la_Prada=ruizdelaprada
    """),
)

EUROPEAN = Script(
    90,
    _pairs("""
        Zoë=zoe Renée=renee François=francois Chloé=chloe Jürgen=juergen Björn=bjorn Søren=soren Åsa=asa
        Łukasz=lukasz Agnieszka Małgorzata=malgorzata Jiří=jiri Zdeněk=zdenek Šárka=sarka Çağla=cagla
        İbrahim=ibrahim Özlem=ozlem Đorđe=djordje Ștefan=stefan Ágnes=agnes Gergő=gergo Nuño=nuno João=joao
        Conceição=conceicao Siobhán=siobhan Þóra=thora Ólafur=olafur Thị_Hương=thihuong Đức=duc
    """),
    _pairs("""
        Müller=mueller Weiß=weiss Bäcker=baecker Lefèvre=lefevre Côté=cote Dupré=dupre Sørensen=sorensen
        Ødegård=odegard Lindström=lindstrom Wałęsa=walesa Błaszczyk=blaszczyk Dvořák=dvorak Šťastný=stastny
        Yıldız=yildiz Çelik=celik Đurić=djuric Ionescu Țăranu=taranu Szabó=szabo Kővári=kovari
        Gonçalves=goncalves Ó_Súilleabháin=osuilleabhain Guðmundsdóttir=gudmundsdottir Nguyễn=nguyen
        Trần=tran Phạm=pham Đặng=dang
    """),
)

CHINESE = Script(
    30,
    _pairs("""
        伟=wei 芳=fang 娜=na 秀英=xiuying 敏=min 静=jing 丽=li 强=qiang 磊=lei 洋=yang 艳=yan 勇=yong 军=jun
        杰=jie 娟=juan
        涛=tao 明=ming 超=chao 秀兰=xiulan 小龙=xiaolong 子涵=zihan 欣怡=xinyi 浩然=haoran 雨桐=yutong
    """),
    _pairs("""
        王=wang 李=li 张=zhang 刘=liu 陈=chen 杨=yang 黄=huang 赵=zhao 吴=wu 周=zhou 徐=xu 孙=sun 马=ma 朱=zhu
        胡=hu 林=lin
        郭=guo 何=he 高=gao 罗=luo 歐陽=ouyang 司马=sima 陳=chan 黃=wong
    """),
    "{family}{given}",
)

JAPANESE = Script(
    15,
    _pairs("""
        陽菜=hina 蓮=ren さくら=sakura 健太=kenta 美咲=misaki 大輔=daisuke ひろし=hiroshi 結衣=yui マリア=maria
        翔太=shota 愛=ai
        直樹=naoki
    """),
    _pairs("""
        佐藤=sato 鈴木=suzuki 高橋=takahashi 田中=tanaka 伊藤=ito 渡辺=watanabe 山本=yamamoto 中村=nakamura
        小林=kobayashi
        齋藤=saito 髙木=takagi
    """),
    "{family} {given}",
)

KOREAN = Script(
    15,
    _pairs("""
        민준=minjun 서연=seoyeon 지훈=jihoon 수빈=subin 예은=yeeun 현우=hyunwoo 지민=jimin 하은=haeun 준서=junseo
        유나=yuna
    """),
    _pairs("김=kim 이=lee 박=park 최=choi 정=jung 강=kang 조=cho 윤=yoon 장=jang 임=lim 남궁=namgung"),
    "{family}{given}",
)

CYRILLIC = Script(
    25,
    _pairs("""
        Анна=anna Олександр=oleksandr Мария=maria Дмитрий=dmitry Ольга=olga Сергей=sergey Наталья=natalya
        Андрей=andrey Юлія=yuliia Артём=artyom Ксения=ksenia Іван=ivan Цветана=tsvetana Ђорђе=djordje
    """),
    _pairs("""
        Иванов=ivanov Петрова=petrova Шевченко=shevchenko Кузнецов=kuznetsov Соколова=sokolova Попов=popov
        Ковальчук=kovalchuk Новикова=novikova Щербаков=shcherbakov Воробьёва=vorobyova Димитров=dimitrov
        Јовановић=jovanovic
    """),
)

ARABIC = Script(
    20,
    _pairs("""
        محمد=mohammed فاطمة=fatima أحمد=ahmed عائشة=aisha علي=ali مريم=maryam يوسف=yusuf نور=nour
        خالد=khaled ليلى=layla رضا=reza
    """),
    _pairs("""
        الحسن=alhassan خان=khan المصري=almasri حداد=haddad عبد_الرحمن=abdelrahman السيد=elsayed نجار=najjar
        قاسم=qasim آل_سعود=alsaud
    """),
)

HEBREW = Script(
    10,
    _pairs("""
        נועה=noa דוד=david יעל=yael משה=moshe
        תמר=tamar אורי=uri שירה=shira יוסף=yosef רחל=rachel
    """),
    _pairs("""
        כהן=cohen לוי=levi מזרחי=mizrahi
        פרץ=peretz ביטון=biton אברהם=avraham בן־דוד=bendavid
    """),
)

GREEK = Script(
    10,
    _pairs("""
        Γιώργος=giorgos Ελένη=eleni Νίκος=nikos Αικατερίνη=aikaterini Δημήτρης=dimitris Σοφία=sofia
        Χρήστος=christos Ζωή=zoi
    """),
    _pairs("""
        Παπαδόπουλος=papadopoulos Νικολάου=nikolaou Γεωργίου=georgiou Ιωάννου=ioannou
        Κωνσταντίνου=konstantinou Αγγελής=angelis
    """),
)

DEVANAGARI = Script(
    15,
    _pairs("""
        आरव=aarav प्रिया=priya राहुल=rahul अनन्या=ananya विक्रम=vikram सुनीता=sunita कृष्ण=krishna
        दीपिका=deepika श्रेया=shreya
    """),
    _pairs("""
        शर्मा=sharma पटेल=patel सिंह=singh कुमार=kumar गुप्ता=gupta वर्मा=verma जोशी=joshi अय्यर=iyer
        चौधरी=chaudhary
    """),
)

SCRIPTS = (
    ENGLISH, SPANISH, EUROPEAN, CHINESE, JAPANESE, KOREAN, CYRILLIC, ARABIC, HEBREW, GREEK, DEVANAGARI,
)  # fmt: skip
SHARES = [script.share for script in SCRIPTS]

HOSTILE = (
    "\x1b]0;owned\x07Eve \x1b[31mRed\x1b[0m",
    "\x1b]52;c;cm0gLXJmIH4=\x07Clip Board",
    "[bold red]Mark [/] Up",
    "[@click=app.quit]Click[/] Me",
    "[/unbalanced] O'Brace [",
    "<script>alert(1)</script> Robert'); DROP TABLE users;--",
    "\u202eevil\u202c Reversed",
    "A\u200bB\u200d\ufeff Invisible",
    "Z\u0351\u036b\u0343a\u0363\u0308l\u034eg\u0321\u0353o\u0321 \u0337He\u0334 Comes",
    "👩‍👩‍👧‍👦 🐶🐾 Família 🇺🇸",
    '=HYPERLINK("http://petworks.example";"Click")',
    "+1-203 @SUM(A1:A9)",
    "Line\nBreak\r\nTab\tName",
    "\u009b2J C1 Control",
    "null",
    "undefined NaN",
    "𝕱𝖗𝖆𝖐𝖙𝖚𝖗 Ｆｕｌｌｗｉｄｔｈ",
    "ﷺ ﷽",
    "A" * 200,
    "Wolfeschlegelsteinhausenbergerdorff " * 5 + "senior",
)
"""What people, or those who attack, have typed for a name; without NUL and lone surrogates, which no route takes."""

HOSTILE_SHARE = 0.004


def sample_name(random: Random) -> Pair:
    """A whole name, and its spelling for an e-mail address."""
    if random.random() < HOSTILE_SHARE:
        return random.choice(HOSTILE), "guest"
    script = random.choices(SCRIPTS, SHARES)[0]
    (given, plain_given), (family, plain_family) = _common(random, script.given), _common(random, script.family)
    return script.pattern.format(given=given, family=family), f"{plain_given}.{plain_family}"


def _common(random: Random, names: tuple[Pair, ...]) -> Pair:
    """The first names of a list are the common ones."""
    return names[int(len(names) * random.random() ** 1.6)]
