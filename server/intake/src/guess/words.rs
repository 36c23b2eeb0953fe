//! What the name of a column says it is, in the languages of couriers.

use domain::vocabulary::EventKind;

/// What a column may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Number,
    Reference,
    Code,
    Reason,
    Courier,
    Facility,
    Region,
    Postcode,
    Country,
    Origin,
    Destination,
    Shipper,
    Service,
    Mode,
    EventId,
    Zone,
    /// When the event of the row happened.
    Time,
    /// The time of day, beside a date.
    Clock,
    Promise,
    /// When the courier expects to deliver, which is no promise.
    Estimate,
    From,
    To,
    Milestone(EventKind),
    /// A time that is no event of the parcel.
    Other,
}

use Role::*;

/// Phrases of column names, as [`header`] writes them. The longest one that stands in a name decides.
const NAMES: &[(Role, &[&str])] = &[
    (
        Number,
        &[
            "tracking",
            "tracking number",
            "tracking no",
            "tracking id",
            "awb",
            "waybill",
            "waybill number",
            "consignment",
            "consignment number",
            "parcel",
            "parcel number",
            "parcel id",
            "package id",
            "shipment",
            "shipment number",
            "shipment id",
            "barcode",
            "seguimiento",
            "numero seguimiento",
            "numero de seguimiento",
            "codigo de seguimiento",
            "envio",
            "numero envio",
            "numero de envio",
            "n envio",
            "expedicion",
            "numero expedicion",
            "numero de expedicion",
            "n expedicion",
            "albaran",
            "localizador",
            "codigo de barras",
            "rastreio",
            "codigo de rastreio",
            "rastreamento",
            "codigo de rastreamento",
            "objeto",
            "codigo objeto",
            "colis",
            "numero de colis",
            "n colis",
            "suivi",
            "numero de suivi",
            "sendung",
            "sendungsnummer",
            "paketnummer",
            "sendungsnr",
            "przesylka",
            "numer przesylki",
            "nr przesylki",
            "numer paczki",
            "list przewozowy",
            "运单号",
            "快递单号",
            "物流单号",
            "单号",
            "包裹号",
        ],
    ),
    (
        Reference,
        &[
            "order",
            "order id",
            "order number",
            "order no",
            "order ref",
            "reference",
            "customer reference",
            "client reference",
            "ref",
            "pedido",
            "numero pedido",
            "numero de pedido",
            "n pedido",
            "referencia",
            "referencia cliente",
            "su referencia",
            "nota fiscal",
            "commande",
            "numero de commande",
            "ref client",
            "bestellung",
            "bestellnummer",
            "auftragsnummer",
            "referenz",
            "zamowienie",
            "numer zamowienia",
            "订单号",
            "订单编号",
        ],
    ),
    (
        Code,
        &[
            "status",
            "status code",
            "tracking status",
            "event",
            "event code",
            "event type",
            "scan",
            "scan code",
            "scan type",
            "status description",
            "estado",
            "codigo estado",
            "codigo de estado",
            "estado envio",
            "situacion",
            "evento",
            "codigo evento",
            "tipo evento",
            "tipo de evento",
            "movimiento",
            "situacao",
            "ocorrencia",
            "statut",
            "code statut",
            "evenement",
            "etat",
            "ereignis",
            "zdarzenie",
            "kod zdarzenia",
            "状态",
            "物流状态",
            "事件",
            "activity",
        ],
    ),
    (
        Reason,
        &[
            "reason",
            "reason code",
            "motivo",
            "codigo motivo",
            "incidencia",
            "motif",
            "grund",
            "powod",
            "przyczyna",
            "原因",
        ],
    ),
    (
        Courier,
        &[
            "courier",
            "courier name",
            "courier id",
            "carrier",
            "carrier name",
            "transportista",
            "transportadora",
            "transporteur",
            "mensajeria",
            "agencia",
            "frachtfuhrer",
            "spediteur",
            "zusteller",
            "paketdienst",
            "przewoznik",
            "kurier",
            "承运商",
            "快递公司",
            "物流公司",
        ],
    ),
    (
        Facility,
        &[
            "facility",
            "depot",
            "hub",
            "location",
            "station",
            "terminal",
            "scan location",
            "centro",
            "delegacion",
            "nave",
            "plaza",
            "oficina",
            "unidade",
            "agence",
            "site",
            "lieu",
            "centre",
            "filiale",
            "niederlassung",
            "oddzial",
            "网点",
            "站点",
            "所在地",
        ],
    ),
    (
        Region,
        &[
            "region",
            "province",
            "city",
            "state",
            "destination region",
            "destination city",
            "provincia",
            "ciudad",
            "poblacion",
            "localidad",
            "poblacion destino",
            "provincia destino",
            "ciudad destino",
            "uf",
            "cidade",
            "municipio",
            "cidade destino",
            "ville",
            "ville destination",
            "departement",
            "bundesland",
            "ort",
            "stadt",
            "wojewodztwo",
            "miasto",
            "城市",
            "省份",
            "目的地",
        ],
    ),
    (
        Postcode,
        &[
            "postcode",
            "post code",
            "postal code",
            "zip",
            "zip code",
            "zip code prefix",
            "codigo postal",
            "cp destino",
            "cep",
            "cep destino",
            "code postal",
            "plz",
            "postleitzahl",
            "kod pocztowy",
            "邮编",
            "邮政编码",
        ],
    ),
    (Country, &["country", "pais", "pays", "land", "kraj", "国家"]),
    (
        Origin,
        &[
            "origin country",
            "country origin",
            "country of origin",
            "from country",
            "sender country",
            "pais origen",
            "pais de origen",
            "pais origem",
            "pays origine",
            "origin",
            "origen",
            "origem",
            "absenderland",
            "kraj nadania",
        ],
    ),
    (
        Destination,
        &[
            "destination country",
            "country destination",
            "to country",
            "recipient country",
            "pais destino",
            "pais de destino",
            "pays destination",
            "empfangerland",
            "kraj przeznaczenia",
        ],
    ),
    (
        Shipper,
        &[
            "shipper",
            "shipper name",
            "sender",
            "merchant",
            "client",
            "customer",
            "customer name",
            "seller",
            "seller id",
            "shop",
            "store",
            "account",
            "cliente",
            "remitente",
            "tienda",
            "comercio",
            "remetente",
            "vendedor",
            "loja",
            "expediteur",
            "absender",
            "nadawca",
            "sklep",
            "商家",
        ],
    ),
    (
        Service,
        &[
            "service",
            "service type",
            "service level",
            "service code",
            "product",
            "servicio",
            "tipo servicio",
            "tipo de servicio",
            "producto",
            "servico",
            "modalidade",
            "prestation",
            "produit",
            "produkt",
            "usluga",
            "产品类型",
        ],
    ),
    (
        Mode,
        &[
            "delivery type",
            "delivery mode",
            "delivery method",
            "tipo entrega",
            "tipo de entrega",
            "modo entrega",
            "modo de entrega",
            "mode de livraison",
            "zustellart",
            "typ dostawy",
            "delivery",
        ],
    ),
    (EventId, &["event id", "scan id", "event uuid", "id evento", "id movimiento", "evento id"]),
    (Zone, &["time zone", "timezone", "tz", "zona horaria", "fuso horario", "fuseau horaire", "zeitzone"]),
    (
        Time,
        &[
            "time",
            "timestamp",
            "event time",
            "event date",
            "scan time",
            "scan date",
            "date time",
            "datetime",
            "date",
            "fecha",
            "fecha hora",
            "fecha y hora",
            "fecha evento",
            "fecha estado",
            "fecha movimiento",
            "data",
            "data hora",
            "data evento",
            "date heure",
            "date evenement",
            "zeitpunkt",
            "datum",
            "zeit",
            "czas",
            "data zdarzenia",
            "时间",
            "操作时间",
            "日期",
        ],
    ),
    (Clock, &["hora", "hora evento", "event hour", "heure", "uhrzeit", "godzina", "time of day"]),
    (
        Promise,
        &[
            "promise",
            "promised",
            "promised date",
            "promised delivery",
            "promised delivery date",
            "delivery promise",
            "due",
            "due date",
            "deadline",
            "commit",
            "commitment",
            "committed",
            "sla",
            "sla date",
            "compromiso",
            "fecha compromiso",
            "fecha de compromiso",
            "compromiso entrega",
            "fecha compromiso entrega",
            "prometida",
            "fecha prometida",
            "fecha entrega prometida",
            "fecha limite",
            "fecha limite entrega",
            "prazo",
            "prazo entrega",
            "prazo de entrega",
            "data prometida",
            "date promise",
            "date limite",
            "liefertermin",
            "zugesagt",
            "zugesagter termin",
            "spatestens",
            "termin dostawy",
            "承诺送达",
        ],
    ),
    (
        Estimate,
        &[
            "estimated delivery",
            "estimated delivery date",
            "expected delivery",
            "expected delivery date",
            "eta",
            "edd",
            "entrega prevista",
            "fecha prevista",
            "fecha prevista entrega",
            "fecha entrega prevista",
            "fecha prevista de entrega",
            "prevision entrega",
            "data prevista",
            "data prevista entrega",
            "previsao entrega",
            "previsao de entrega",
            "livraison prevue",
            "date livraison prevue",
            "przewidywana dostawa",
            "预计送达",
        ],
    ),
    (
        From,
        &[
            "window start",
            "time window start",
            "window from",
            "slot start",
            "slot from",
            "promised from",
            "delivery from",
            "franja desde",
            "ventana desde",
            "ventana inicio",
            "franja inicio",
            "janela inicio",
            "creneau debut",
            "zeitfenster von",
            "von",
            "okno od",
        ],
    ),
    (
        To,
        &[
            "window end",
            "time window end",
            "window to",
            "slot end",
            "slot to",
            "promised to",
            "delivery to",
            "franja hasta",
            "ventana hasta",
            "ventana fin",
            "franja fin",
            "janela fim",
            "creneau fin",
            "zeitfenster bis",
            "bis",
            "okno do",
        ],
    ),
    (
        Milestone(EventKind::Announced),
        &[
            "created",
            "created at",
            "creation date",
            "announced",
            "order date",
            "ordered",
            "ordered at",
            "purchase",
            "order purchase",
            "order purchase timestamp",
            "label",
            "label created",
            "label printed",
            "fecha pedido",
            "fecha de pedido",
            "fecha creacion",
            "fecha alta",
            "creado",
            "compra",
            "fecha compra",
            "data pedido",
            "data compra",
            "data criacao",
            "date commande",
            "date creation",
            "bestellt",
            "data zamowienia",
            "下单时间",
        ],
    ),
    (
        Milestone(EventKind::Accepted),
        &[
            "accept",
            "accept time",
            "accepted",
            "accepted at",
            "picked up",
            "picked up at",
            "pickup",
            "pickup time",
            "pickup date",
            "pick up",
            "shipped",
            "shipped at",
            "ship date",
            "dispatched",
            "dispatch date",
            "handed over",
            "handed over at",
            "collected at origin",
            "delivered carrier",
            "delivered carrier date",
            "recogida",
            "fecha recogida",
            "fecha de recogida",
            "recogido",
            "admision",
            "fecha admision",
            "fecha envio",
            "fecha expedicion",
            "fecha salida",
            "postagem",
            "data postagem",
            "data de postagem",
            "coleta",
            "data coleta",
            "ramassage",
            "date ramassage",
            "prise en charge",
            "date expedition",
            "enlevement",
            "abholung",
            "ubergabe",
            "versendet",
            "nadano",
            "data nadania",
            "揽收时间",
            "揽件时间",
            "发货时间",
        ],
    ),
    (
        Milestone(EventKind::ArrivedHub),
        &["arrived hub", "arrived at hub", "hub arrival", "llegada hub", "llegada plataforma", "chegada hub"],
    ),
    (
        Milestone(EventKind::ArrivedDeliveryDepot),
        &[
            "arrived depot",
            "arrived at depot",
            "depot arrival",
            "delivery depot",
            "llegada delegacion",
            "fecha llegada delegacion",
            "chegada unidade",
            "arrivee agence",
            "eingang depot",
        ],
    ),
    (
        Milestone(EventKind::OutForDelivery),
        &[
            "out for delivery",
            "ofd",
            "en reparto",
            "reparto",
            "fecha reparto",
            "salida a reparto",
            "salida reparto",
            "saiu para entrega",
            "saida entrega",
            "en livraison",
            "mise en livraison",
            "in zustellung",
            "wydano do doreczenia",
            "派送时间",
            "派件时间",
        ],
    ),
    (
        Milestone(EventKind::AttemptFailed),
        &[
            "first attempt failed",
            "failed attempt",
            "attempt failed",
            "intento fallido",
            "fecha intento fallido",
            "fecha ausente",
            "tentativa falhada",
            "echec livraison",
        ],
    ),
    (
        Milestone(EventKind::ReadyAtLocker),
        &["ready at locker", "in locker", "locker deposit", "en taquilla", "fecha taquilla"],
    ),
    (
        Milestone(EventKind::ReadyAtShop),
        &[
            "ready for pickup",
            "ready for collection",
            "available for pickup",
            "ready at shop",
            "disponible recogida",
            "punto recogida",
        ],
    ),
    (
        Milestone(EventKind::Delivered),
        &[
            "delivered",
            "delivered at",
            "delivered on",
            "delivered customer",
            "delivered customer date",
            "delivery time",
            "delivery date",
            "actual delivery",
            "actual delivery date",
            "entregado",
            "entrega",
            "fecha entrega",
            "fecha de entrega",
            "fecha entrega real",
            "hora entrega",
            "entregue",
            "data entrega",
            "data de entrega",
            "entregue em",
            "livre",
            "livre le",
            "livraison",
            "date livraison",
            "date de livraison",
            "zugestellt",
            "zustellung",
            "doreczono",
            "data doreczenia",
            "dostarczono",
            "签收时间",
            "妥投时间",
        ],
    ),
    (
        Milestone(EventKind::Returned),
        &[
            "returned",
            "returned at",
            "return date",
            "devuelto",
            "devolucion",
            "fecha devolucion",
            "devolvido",
            "retourne",
            "zwrocono",
            "退回时间",
        ],
    ),
    (
        Milestone(EventKind::Cancelled),
        &[
            "cancelled",
            "canceled",
            "cancelled at",
            "canceled at",
            "cancelado",
            "fecha cancelacion",
            "annule",
            "storniert",
            "anulowano",
        ],
    ),
    (
        Other,
        &[
            "gps",
            "gps time",
            "accept gps time",
            "pickup gps time",
            "delivery gps time",
            "updated",
            "updated at",
            "ingest",
            "ingest date",
            "import date",
            "approved",
            "approved at",
            "order approved at",
            "shipping limit date",
            "fecha facturacion",
            "invoice date",
        ],
    ),
];

/// What the name of a column may mean: each role with the length of the phrase that says so, the surest first.
pub(super) fn roles(name: &str) -> Vec<(Role, usize)> {
    let words = header(name);
    let says = |phrase: &str| {
        if phrase.is_ascii() { words.contains(&format!(" {phrase} ")) } else { name.contains(phrase) }
    };
    // A sign of Chinese says as much as a word.
    let weight = |phrase: &&str| if phrase.is_ascii() { phrase.len() } else { phrase.chars().count() * 5 };
    let mut roles: Vec<(Role, usize)> = NAMES
        .iter()
        .filter_map(|(role, phrases)| Some((*role, phrases.iter().filter(|p| says(p)).map(weight).max()?)))
        .collect();
    roles.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    roles
}

/// The words of a column's name, in small letters without accents, each with a space before and behind.
pub(super) fn header(name: &str) -> String {
    let mut apart = String::with_capacity(name.len() + 8);
    let mut before = ' ';
    for sign in name.chars() {
        if sign.is_uppercase() && before.is_lowercase() {
            apart.push(' ');
        }
        apart.push(sign);
        before = sign;
    }
    normal(&apart)
}

/// A text in small letters without accents, with one space for everything between words, and one at either end.
pub(super) fn normal(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 2);
    words.push(' ');
    for sign in text.chars().flat_map(char::to_lowercase) {
        match plain(sign) {
            Some(plain) => words.push_str(plain),
            None if sign.is_alphanumeric() => words.push(sign),
            None if words.ends_with(' ') => {}
            None => words.push(' '),
        }
    }
    if !words.ends_with(' ') {
        words.push(' ');
    }
    words
}

/// A letter without its accent.
fn plain(sign: char) -> Option<&'static str> {
    Some(match sign {
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' | 'ą' | 'ă' => "a",
        'ç' | 'ć' | 'č' => "c",
        'é' | 'è' | 'ê' | 'ë' | 'ę' | 'ě' => "e",
        'í' | 'ì' | 'î' | 'ï' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' => "o",
        'ř' => "r",
        'ś' | 'š' => "s",
        'ß' => "ss",
        'ú' | 'ù' | 'û' | 'ü' | 'ů' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'æ' => "ae",
        'œ' => "oe",
        // `Nº`: what is behind the letter says nothing.
        'º' | 'ª' | '°' => "",
        _ => return None,
    })
}

/// The languages that column names are written in, each with the zone of the country that speaks it most likely here.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("America/Sao_Paulo", &["rastreio", "cep", "uf", "nota fiscal", "transportadora", "postagem", "prazo"]),
    ("Europe/Lisbon", &["encomenda", "entregue", "recolha", "remetente"]),
    (
        "Europe/Madrid",
        &[
            "fecha",
            "envio",
            "expedicion",
            "albaran",
            "bulto",
            "seguimiento",
            "delegacion",
            "codigo postal",
            "poblacion",
        ],
    ),
    ("Europe/Paris", &["colis", "livraison", "statut", "heure", "expediteur", "code postal", "suivi"]),
    ("Europe/Berlin", &["sendung", "sendungsnummer", "zustellung", "datum", "plz", "paketnummer", "empfanger"]),
    (
        "Europe/Warsaw",
        &["przesylka", "numer przesylki", "nr przesylki", "oddzial", "kod pocztowy", "godzina", "paczka"],
    ),
];

/// Places and countries, each with its zone; as [`normal`] writes them.
const PLACES: &[(&str, &[&str])] = &[
    (
        "Asia/Shanghai",
        &[
            "cn",
            "china",
            "shanghai",
            "hangzhou",
            "jilin",
            "beijing",
            "shenzhen",
            "guangzhou",
            "chongqing",
            "yantai",
            "上海",
            "杭州",
            "北京",
        ],
    ),
    (
        "America/Sao_Paulo",
        &["br", "brasil", "brazil", "sao paulo", "rio de janeiro", "belo horizonte", "curitiba", "brasilia"],
    ),
    (
        "Europe/Madrid",
        &["es", "espana", "spain", "madrid", "barcelona", "valencia", "sevilla", "zaragoza", "malaga", "bilbao"],
    ),
    ("Europe/Lisbon", &["pt", "portugal", "lisboa", "porto", "braga", "coimbra", "faro"]),
    ("Europe/Paris", &["fr", "france", "paris", "lyon", "marseille", "lille", "bordeaux", "toulouse", "nantes"]),
    (
        "Europe/Berlin",
        &["de", "deutschland", "germany", "berlin", "hamburg", "munchen", "koln", "frankfurt", "stuttgart"],
    ),
    ("Europe/Warsaw", &["pl", "polska", "poland", "warszawa", "krakow", "wroclaw", "poznan", "gdansk", "lodz"]),
    ("Europe/Brussels", &["be", "belgie", "belgique", "bruxelles", "brussel", "antwerpen", "gent"]),
    ("Europe/Amsterdam", &["nl", "nederland", "amsterdam", "rotterdam", "utrecht"]),
    ("Europe/Rome", &["it", "italia", "italy", "roma", "milano", "napoli", "torino"]),
    ("Europe/London", &["gb", "uk", "united kingdom", "london", "manchester", "birmingham", "leeds"]),
    ("Europe/Dublin", &["ie", "ireland", "dublin", "cork"]),
    ("Europe/Vienna", &["at", "osterreich", "wien", "graz"]),
    ("Europe/Zurich", &["ch", "schweiz", "zurich", "geneve", "basel"]),
    ("Europe/Stockholm", &["se", "sverige", "stockholm", "goteborg", "malmo"]),
    ("Europe/Oslo", &["no", "norge", "oslo", "bergen"]),
    ("Europe/Copenhagen", &["dk", "danmark", "kobenhavn", "aarhus"]),
    ("Europe/Helsinki", &["fi", "suomi", "helsinki", "tampere"]),
    ("Europe/Prague", &["cz", "cesko", "praha", "brno"]),
    ("America/Mexico_City", &["mx", "mexico", "ciudad de mexico", "guadalajara", "monterrey"]),
    ("America/Bogota", &["colombia", "bogota", "medellin", "cali"]),
    ("America/New_York", &["new york", "boston", "atlanta", "miami"]),
    ("America/Chicago", &["chicago", "houston", "dallas"]),
    ("America/Los_Angeles", &["los angeles", "san francisco", "seattle"]),
];

/// The zones that are suggested.
pub(super) fn zones() -> impl Iterator<Item = &'static str> {
    PLACES.iter().map(|(zone, _)| *zone).chain(["UTC"])
}

/// The zone of a place or country.
pub(super) fn zone_of_place(text: &str) -> Option<&'static str> {
    let text = normal(text);
    PLACES.iter().find(|(_, places)| places.contains(&text.trim())).map(|(zone, _)| *zone)
}

/// The zone of those who write such column names.
pub(super) fn zone_of_language<'n>(names: impl Iterator<Item = &'n str>) -> Option<&'static str> {
    let all: String = names.map(header).collect();
    if all.chars().any(|sign| ('\u{4e00}'..='\u{9fff}').contains(&sign)) {
        return Some("Asia/Shanghai");
    }
    let said = |words: &&[&str]| words.iter().filter(|word| all.contains(&format!(" {word} "))).count();
    LANGUAGES
        .iter()
        .map(|(zone, words)| (said(words), *zone))
        .filter(|(n, _)| *n > 0)
        .max_by_key(|(n, _)| *n)
        .map(|(_, zone)| zone)
}

/// What a sender's word for the place of delivery means.
pub(super) fn delivery_mode(text: &str) -> Option<&'static str> {
    Some(match normal(text).trim() {
        "door" | "home" | "domicilio" | "a domicilio" | "home delivery" | "domicile" | "haustur" | "puerta"
        | "kurier" => "door",
        "locker" | "taquilla" | "parcel locker" | "consigne" | "packstation" | "paczkomat" | "cacifo" | "快递柜" => {
            "locker"
        }
        "shop" | "store" | "pickup point" | "pick up point" | "punto" | "punto de recogida" | "tienda"
        | "point relais" | "relais" | "paketshop" | "parcelshop" | "ponto" | "pudo" | "punkt odbioru" => "shop",
        "safe place" | "neighbour" | "lugar seguro" | "vecino" | "safe place drop" => "safe_place",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(name: &str) -> Option<Role> {
        roles(name).first().map(|(role, _)| *role)
    }

    #[test]
    fn the_name_of_a_column_says_what_it_is() {
        for (name, expected) in [
            ("Nº Expedición", Number),
            ("trackingNumber", Number),
            ("order_id", Reference),
            ("Estado", Code),
            ("Fecha", Time),
            ("fecha_compromiso", Promise),
            ("order_delivered_carrier_date", Milestone(EventKind::Accepted)),
            ("order_delivered_customer_date", Milestone(EventKind::Delivered)),
            ("order_estimated_delivery_date", Estimate),
            ("Fecha prevista de entrega", Estimate),
            ("País de origen", Origin),
            ("Country of origin", Origin),
            ("pickup_gps_time", Other),
            ("time_window_end", To),
            ("Nr przesyłki", Number),
            ("运单号", Number),
            ("签收时间", Milestone(EventKind::Delivered)),
        ] {
            assert_eq!(role(name), Some(expected), "{name}");
        }
        assert_eq!(role("weight"), None);
    }

    #[test]
    fn places_and_languages_have_a_zone() {
        assert_eq!(zone_of_place("São Paulo"), Some("America/Sao_Paulo"));
        assert_eq!(zone_of_place("Hangzhou"), Some("Asia/Shanghai"));
        assert_eq!(zone_of_language(["Fecha", "Envío", "Estado"].into_iter()), Some("Europe/Madrid"));
        assert_eq!(zone_of_language(["id", "status"].into_iter()), None);
        assert!(zones().all(|zone| zone.parse::<crate::time::Zone>().is_ok()));
    }
}
