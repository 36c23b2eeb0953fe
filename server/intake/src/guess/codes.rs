//! What a sender's code means, where everybody knows it: words of the trade in several languages, and the lists of
//! codes that are published. A code that is not well known has no meaning here: it is left to a person.

use super::words::normal;

/// Words and phrases that mean the same to everybody, as [`normal`] writes them: the meaning first.
const PHRASES: &[(&str, &[&str])] = &[
    (
        "announced",
        &[
            "announced",
            "pre transit",
            "label created",
            "label printed",
            "information received",
            "info received",
            "inforeceived",
            "inforeceived 001",
            "order created",
            "shipment information received",
            "shipment information sent",
            "pending",
            "pending 001",
            "anunciado",
            "pre registrado",
            "preregistrado",
            "pendiente de recepcion",
            "documentado",
            "grabado",
            "etiqueta creada",
            "informacion recibida",
            "etiqueta emitida",
            "etiqueta gerada",
            "annonce",
            "etiquette creee",
            "colis annonce",
            "angekundigt",
            "elektronisch angekundigt",
            "zarejestrowana",
            "utworzona",
            "已下单",
            "待揽收",
            "shipment created",
        ],
    ),
    (
        "accepted",
        &[
            "accepted",
            "picked up",
            "pickup completed",
            "package accepted",
            "received at origin facility",
            "intransit pickedup",
            "intransit 002",
            "collected from sender",
            "admitido",
            "recogido",
            "recogida",
            "recogida realizada",
            "recogido en origen",
            "coletado",
            "postado",
            "objeto postado",
            "objeto coletado",
            "pris en charge",
            "colis pris en charge",
            "enleve",
            "ramasse",
            "abgeholt beim absender",
            "ubernommen",
            "odebrana od nadawcy",
            "nadana",
            "przyjeta w oddziale",
            "已揽收",
            "揽收",
            "已揽件",
            "揽件",
            "collection scan",
        ],
    ),
    ("pickup_failed", &["pickup failed", "pick up failed", "recogida fallida", "coleta nao realizada"]),
    (
        "departed_hub",
        &[
            "departed hub",
            "departed facility",
            "departed origin facility",
            "package departed",
            "intransit departure",
            "intransit 007",
            "departure scan",
            "departed",
            "salida de centro",
            "salida de delegacion",
            "salida de hub",
            "salida de nave",
            "saiu da unidade",
            "expedido da unidade",
            "depart du hub",
            "abgang",
            "wyslana z oddzialu",
            "已发出",
            "离开",
        ],
    ),
    (
        "arrived_hub",
        &[
            "arrived hub",
            "arrived at facility",
            "arrived at hub",
            "package arrived",
            "intransit arrival",
            "intransit 003",
            "arrival scan",
            "llegada a centro",
            "llegada a hub",
            "llegada a nave",
            "en plataforma",
            "chegou na unidade",
            "arrivee au hub",
            "eingang",
            "przyjeta w sortowni",
            "到达",
            "已到达",
        ],
    ),
    (
        "arrived_delivery_depot",
        &[
            "arrived at delivery depot",
            "received at destination facility",
            "at delivery depot",
            "at local depot",
            "en delegacion destino",
            "llegada a delegacion destino",
            "en delegacion de destino",
            "en destino",
            "chegou a unidade de distribuicao",
            "arrive en agence de livraison",
            "im zustelldepot",
            "w oddziale doreczajacym",
        ],
    ),
    ("customs_in", &["customs in", "intransit customsprocessing", "intransit 006", "en aduana", "na alfandega"]),
    (
        "customs_held",
        &["held by customs", "customs hold", "intransit customsrequiringinformation", "retenido en aduana"],
    ),
    (
        "customs_out",
        &[
            "customs cleared",
            "released by customs",
            "intransit customsreleased",
            "intransit 005",
            "despachado de aduana",
        ],
    ),
    ("handed_over_out", &["handed over", "transferred to destination carrier", "entregado a transportista"]),
    ("held_in_network", &["held", "package held", "on hold", "retenido", "retido", "retenu", "wstrzymana"]),
    (
        "delayed",
        &[
            "delayed",
            "delivery delayed",
            "exception delayed",
            "retrasado",
            "atrasado",
            "retarde",
            "verspatet",
            "opozniona",
        ],
    ),
    ("delayed/weather", &["weather delay", "exception 017"]),
    (
        "misrouted",
        &[
            "misrouted",
            "missorted",
            "mal encaminado",
            "mal clasificado",
            "extraviado de ruta",
            "erro de encaminhamento",
            "fehlgeleitet",
        ],
    ),
    (
        "out_for_delivery",
        &[
            "out for delivery",
            "outfordelivery",
            "outfordelivery 001",
            "outfordelivery other",
            "ofd",
            "on vehicle for delivery",
            "with delivery courier",
            "loaded for delivery",
            "en reparto",
            "en reparto hoy",
            "salida a reparto",
            "salio a reparto",
            "reparto",
            "saiu para entrega",
            "objeto saiu para entrega ao destinatario",
            "em entrega",
            "em distribuicao",
            "en livraison",
            "en cours de livraison",
            "colis en cours de livraison",
            "in zustellung",
            "in der zustellung",
            "wydana do doreczenia",
            "w doreczeniu",
            "przekazana do doreczenia",
            "派送中",
            "派件中",
            "派送",
            "派件",
            "正在派送",
        ],
    ),
    (
        "attempt_failed",
        &[
            "attempt failed",
            "attemptfail",
            "attemptfail 001",
            "delivery failed",
            "delivery attempted",
            "attempted delivery",
            "delivery attempt failed",
            "failed delivery attempt",
            "delivery exception",
            "deliveryfailure",
            "deliveryfailure other",
            "failed attempt",
            "intento fallido",
            "intento de entrega fallido",
            "no entregado",
            "entrega fallida",
            "entrega no realizada",
            "tentativa de entrega",
            "nao entregue",
            "entrega nao realizada",
            "tentative de livraison",
            "echec de livraison",
            "non livre",
            "zustellversuch",
            "nicht zugestellt",
            "nieudana proba doreczenia",
            "niedoreczona",
            "派送失败",
            "投递失败",
        ],
    ),
    (
        "attempt_failed/consignee_absent",
        &[
            "absent",
            "consignee absent",
            "not at home",
            "nobody home",
            "notice left",
            "consignee not home",
            "recipient not available",
            "attemptfail 002",
            "deliveryfailure nobody",
            "ausente",
            "destinatario ausente",
            "cliente ausente",
            "ausente reparto",
            "ausencia",
            "ausente 1",
            "ausente 2",
            "cliente ausente no momento da entrega",
            "destinataire absent",
            "client absent",
            "empfanger nicht angetroffen",
            "nicht angetroffen",
            "nieobecny",
            "odbiorca nieobecny",
            "adresat nieobecny",
            "收件人不在",
            "客户不在家",
        ],
    ),
    (
        "attempt_failed/refused",
        &[
            "refused",
            "refused by consignee",
            "refused by recipient",
            "consignee refused",
            "deliveryfailure rejected",
            "exception 003",
            "rehusado",
            "rechazado",
            "rehusado por destinatario",
            "rechazado por el destinatario",
            "recusado",
            "recusado pelo destinatario",
            "refuse",
            "refuse par le destinataire",
            "annahme verweigert",
            "odmowa przyjecia",
            "拒收",
        ],
    ),
    (
        "attempt_failed/wrong_address",
        &[
            "wrong address",
            "incorrect address",
            "bad address",
            "address correction",
            "address issue",
            "deliveryfailure invalidaddress",
            "exception 007",
            "direccion incorrecta",
            "direccion erronea",
            "direccion incompleta",
            "falta direccion",
            "endereco incorreto",
            "endereco insuficiente",
            "adresse incorrecte",
            "adresse erronee",
            "falsche adresse",
            "adresse falsch",
            "bledny adres",
            "niepelny adres",
            "地址错误",
        ],
    ),
    (
        "attempt_failed/business_closed",
        &[
            "business closed",
            "premises closed",
            "attemptfail 003",
            "cerrado",
            "establecimiento cerrado",
            "comercio cerrado",
            "estabelecimento fechado",
            "entreprise fermee",
            "geschlossen",
            "firma zamknieta",
        ],
    ),
    ("attempt_failed/locker_full", &["locker full", "taquilla llena", "no available box on locker"]),
    ("attempt_failed/access_restricted", &["location inaccessible", "no access", "sin acceso", "acces impossible"]),
    (
        "ready_at_locker",
        &[
            "ready at locker",
            "stored in locker",
            "in locker",
            "en taquilla",
            "depositado en taquilla",
            "no cacifo",
            "depose en consigne",
            "in packstation",
            "umieszczona w paczkomacie",
            "已放入快递柜",
            "已入柜",
        ],
    ),
    (
        "ready_at_shop",
        &[
            "ready at shop",
            "en punto de recogida",
            "disponible en tienda",
            "disponible en punto pack",
            "no ponto de recolha",
            "disponible en point relais",
            "im paketshop",
            "gotowa do odbioru w punkcie",
        ],
    ),
    (
        "collected",
        &[
            "collected",
            "delivered 002",
            "picked up by customer",
            "collected by consignee",
            "recogido por el destinatario",
            "recogido por cliente",
            "entregado en taquilla al destinatario",
            "retirado pelo destinatario",
            "retire par le destinataire",
            "vom empfanger abgeholt",
            "odebrana z paczkomatu",
            "已取件",
        ],
    ),
    (
        "delivered",
        &[
            "delivered",
            "delivered 001",
            "delivered 003",
            "delivered 004",
            "delivered 005",
            "delivered other",
            "delivery completed",
            "pod",
            "proof of delivery",
            "ok delivered",
            "entregado",
            "entrega realizada",
            "entregado al destinatario",
            "entrega efectuada",
            "entregue",
            "objeto entregue ao destinatario",
            "entrega efetuada",
            "livre",
            "colis livre",
            "livraison effectuee",
            "zugestellt",
            "ausgeliefert",
            "doreczona",
            "doreczono",
            "dostarczona",
            "dostarczono",
            "签收",
            "已签收",
            "已妥投",
            "妥投",
        ],
    ),
    (
        "uncollected_expired",
        &["package unclaimed", "unclaimed", "exception 008", "no recogido", "no retirado", "nicht abgeholt"],
    ),
    (
        "returning",
        &[
            "returning",
            "return to sender",
            "return in progress",
            "exception returning",
            "exception 010",
            "en devolucion",
            "devolucion en curso",
            "em devolucao",
            "retour expediteur",
            "rucksendung",
            "zwrot do nadawcy",
            "退回中",
            "退件",
        ],
    ),
    (
        "returned",
        &[
            "returned",
            "returned to sender",
            "exception returned",
            "exception 011",
            "devuelto",
            "devuelto al remitente",
            "devuelto a origen",
            "devolvido",
            "devolvido ao remetente",
            "retourne a l expediteur",
            "an absender zuruck",
            "zwrocona do nadawcy",
            "已退回",
        ],
    ),
    (
        "lost",
        &[
            "lost",
            "package lost",
            "exception lost",
            "exception 013",
            "perdido",
            "extraviado",
            "siniestro",
            "perdu",
            "verloren",
            "zagubiona",
            "丢失",
        ],
    ),
    (
        "damaged",
        &[
            "damaged",
            "package damaged",
            "exception damage",
            "exception 012",
            "danado",
            "averiado",
            "deteriorado",
            "avariado",
            "endommage",
            "beschadigt",
            "uszkodzona",
            "破损",
        ],
    ),
    ("destroyed", &["destroyed", "package disposed", "exception destroyed", "destruido", "detruit", "vernichtet"]),
    (
        "cancelled",
        &[
            "cancelled",
            "canceled",
            "exception cancel",
            "cancelado",
            "anulado",
            "anulada",
            "annule",
            "storniert",
            "anulowana",
            "已取消",
        ],
    ),
    (
        "rescheduled",
        &[
            "rescheduled",
            "delivery rescheduled",
            "entrega reprogramada",
            "reprogramado",
            "reagendado",
            "reprogramme",
            "neuer termin",
        ],
    ),
];

/// Published lists of codes: a column is read by one only if nearly all its codes are in it.
const LISTS: &[&[(&str, &str)]] = &[
    // UPU M40: postal items.
    &[
        ("EMA", "accepted"),
        ("EMB", "arrived_hub"),
        ("EXA", "customs_in"),
        ("EXB", "customs_held"),
        ("EXC", "customs_out"),
        ("EXD", "held_in_network"),
        ("EXX", "cancelled"),
        ("EMC", "departed_hub"),
        ("EMJ", "arrived_hub"),
        ("EMK", "departed_hub"),
        ("EMD", "arrived_hub"),
        ("EDA", "held_in_network"),
        ("EDB", "customs_in"),
        ("EME", "customs_held"),
        ("EDC", "customs_out"),
        ("EMF", "departed_hub"),
        ("EDD", "arrived_hub"),
        ("EDE", "departed_hub"),
        ("EMG", "arrived_delivery_depot"),
        ("EDF", "held_in_network"),
        ("EDG", "out_for_delivery"),
        ("EDH", "ready_at_shop"),
        ("EMH", "attempt_failed"),
        ("EMI", "delivered"),
        ("EDX", "returning"),
    ],
    // ANSI X12 214, element 1650.
    &[
        ("A3", "returned"),
        ("A7", "attempt_failed/refused"),
        ("A9", "damaged"),
        ("AF", "accepted"),
        ("AG", "estimate"),
        ("AH", "attempt_failed"),
        ("AM", "out_for_delivery"),
        ("AP", "attempt_failed"),
        ("AV", "ready_at_shop"),
        ("AW", "ready_at_shop"),
        ("CA", "cancelled"),
        ("CT", "customs_out"),
        ("D1", "delivered"),
        ("J1", "handed_over_out"),
        ("K1", "customs_in"),
        ("P1", "departed_hub"),
        ("PR", "customs_held"),
        ("R1", "handed_over_in"),
        ("SD", "delayed"),
        ("X2", "estimate"),
        ("X4", "arrived_hub"),
        ("X6", "out_for_delivery"),
        ("XB", "announced"),
    ],
];

/// UN/CEFACT Recommendation 24. Plain numbers mean something else to every courier: a header has to say that it is this.
const REC24: &[(&str, &str)] = &[
    ("1", "arrived_hub"),
    ("12", "customs_out"),
    ("13", "accepted"),
    ("17", "customs_refused"),
    ("18", "damaged"),
    ("20", "delayed"),
    ("21", "delivered"),
    ("22", "delivered"),
    ("23", "attempt_failed"),
    ("24", "departed_hub"),
    ("44", "misrouted"),
    ("45", "arrived_delivery_depot"),
    ("49", "lost"),
    ("53", "pickup_failed"),
    ("68", "announced"),
    ("80", "returned"),
    ("82", "returned"),
    ("87", "misrouted"),
    ("98", "handed_over_in"),
    ("99", "handed_over_out"),
    ("101", "delayed"),
    ("106", "attempt_failed/refused"),
    ("109", "attempt_failed"),
    ("110", "attempt_failed"),
    ("112", "ready_at_shop"),
    ("113", "out_for_delivery"),
    ("117", "lost"),
    ("126", "customs_in"),
    ("128", "customs_held"),
    ("130", "accepted"),
    ("131", "handed_over_out"),
    ("210", "attempt_failed"),
    ("211", "attempt_failed/business_closed"),
    ("218", "damaged"),
    ("228", "customs_held"),
    ("234", "attempt_failed/wrong_address"),
    ("266", "delayed/weather"),
    ("267", "uncollected_expired"),
    ("269", "attempt_failed/consignee_absent"),
    ("315", "held_in_network"),
    ("318", "attempt_failed/insufficient_time"),
    ("323", "returning"),
    ("325", "attempt_failed/refused"),
    ("331", "destroyed"),
    ("361", "estimate"),
    ("366", "handed_over_in"),
];

/// The meanings of the codes of one column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    list: Option<&'static [(&'static str, &'static str)]>,
}

impl Known {
    /// Finds out which published list, if any, the codes of a column are from; `header` is the column's name.
    pub fn of<'c>(header: &str, codes: impl Iterator<Item = &'c str> + Clone) -> Self {
        let says_rec24 =
            ["rec24", "rec 24", "uncefact", "4405", "iftsta"].iter().any(|word| normal(header).contains(word));
        let fits = |list: &&&'static [(&'static str, &'static str)]| {
            let (all, inside) = codes.clone().fold((0, 0), |(all, inside), code| {
                (all + 1, inside + usize::from(list.iter().any(|(known, _)| *known == code)))
            });
            inside >= 3 && inside * 10 >= all * 9
        };
        let rec24 = says_rec24.then_some(&REC24);
        Self { list: rec24.filter(fits).or_else(|| LISTS.iter().find(fits)).copied() }
    }

    /// What a code means, as an event or `event/reason`; nothing if it is not well known.
    pub fn meaning(self, code: &str) -> Option<&'static str> {
        if let Some((_, meaning)) = self.list.and_then(|list| list.iter().find(|(known, _)| *known == code)) {
            return Some(meaning);
        }
        let (status, reason) = code.split_once('/').unwrap_or((code, ""));
        let of_reason = if reason.is_empty() { None } else { phrase(reason) };
        match (phrase(status), of_reason) {
            // The reason says more of the same: why the attempt failed.
            (Some(event), Some(why)) if event == "attempt_failed" && why.starts_with("attempt_failed/") => Some(why),
            (Some(event), _) => Some(event),
            (None, Some(why)) if phrase(code).is_none() && status.is_empty() => Some(why),
            (None, _) => phrase(code),
        }
    }
}

fn phrase(text: &str) -> Option<&'static str> {
    let text = normal(text);
    let text = text.trim();
    if let Ok(kind) = text.replace(' ', "_").parse::<domain::vocabulary::EventKind>() {
        return Some(kind.as_str()).filter(|word| *word != "unmapped" && *word != "correction");
    }
    PHRASES.iter().find(|(_, phrases)| phrases.contains(&text)).map(|(meaning, _)| *meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(code: &str) -> Option<&'static str> {
        Known::of("estado", std::iter::once(code)).meaning(code)
    }

    #[test]
    fn words_of_the_trade_are_known_in_several_languages() {
        for (code, expected) in [
            ("Entregado", "delivered"),
            ("EN REPARTO", "out_for_delivery"),
            ("Ausente", "attempt_failed/consignee_absent"),
            ("签收", "delivered"),
            ("Saiu para entrega", "out_for_delivery"),
            ("Livré", "delivered"),
            ("Doręczona", "delivered"),
            ("out_for_delivery", "out_for_delivery"),
            ("OutForDelivery", "out_for_delivery"),
            ("InTransit_Arrival", "arrived_hub"),
            ("No entregado/Destinatario ausente", "attempt_failed/consignee_absent"),
            ("Entregado/", "delivered"),
            ("AttemptFail_002", "attempt_failed/consignee_absent"),
        ] {
            assert_eq!(meaning(code), Some(expected), "{code}");
        }
    }

    #[test]
    fn a_code_that_is_not_well_known_is_not_guessed() {
        for code in ["", "13", "DLV", "XRAY", "21", "Entregado al remitente", "not delivered yet", "D1", "unmapped"] {
            assert_eq!(meaning(code), None, "{code}");
        }
    }

    #[test]
    fn a_published_list_is_recognised_as_a_whole() {
        let codes = ["EMA", "EMC", "EMD", "EMG", "EMI"];
        assert_eq!(Known::of("event", codes.into_iter()).meaning("EMI"), Some("delivered"));
        let mixed = ["D1", "D2", "D3", "X1", "X9"];
        assert_eq!(Known::of("event", mixed.into_iter()).meaning("D1"), None);
        let numbers = ["21", "13", "113", "210"];
        assert_eq!(Known::of("event", numbers.into_iter()).meaning("21"), None);
        assert_eq!(Known::of("rec24_code", numbers.into_iter()).meaning("21"), Some("delivered"));
    }

    #[test]
    fn every_meaning_is_in_the_vocabulary() {
        use domain::vocabulary::{EventKind, Reason};
        let lists = LISTS.iter().chain([&REC24]).flat_map(|list| list.iter().map(|(_, meaning)| *meaning));
        for meaning in PHRASES.iter().map(|(meaning, _)| *meaning).chain(lists) {
            let (kind, reason) = meaning.split_once('/').unwrap_or((meaning, "other"));
            assert!(kind.parse::<EventKind>().is_ok() && reason.parse::<Reason>().is_ok(), "{meaning}");
        }
        for (_, phrases) in PHRASES {
            for text in *phrases {
                assert_eq!(normal(text).trim(), *text, "phrases are written as they are compared");
            }
        }
    }
}
