//! Socket.IO protocol 5: packets inside Engine.IO message packets.
//!
//! `<type>[<attachments>-][<namespace>,][<ack id>][JSON]`, and then, for the two binary types, one binary message per
//! attachment. [`Packet::encode`] makes the messages, [`Decoder`] puts them together again.
//!
//! **Attachments.** The arguments of a binary packet keep their placeholders, `{"_placeholder":true,"num":0}`, and the
//! bytes stand beside them; [`attachment`] joins the two. So an argument stays a plain JSON value, order is kept, bytes
//! are never copied or turned into text, and a short frame that names one large attachment a thousand times costs
//! nothing. In a packet without attachments such an object is ordinary data.

mod decode;
mod encode;
mod error;
mod event_name;
mod packet;
mod placeholder;

pub use decode::Decoder;
pub use error::{DecodeError, EncodeError};
pub use event_name::RESERVED_EVENTS;
pub use packet::{MAIN_NAMESPACE, Packet};
pub use placeholder::{attachment, placeholder};
