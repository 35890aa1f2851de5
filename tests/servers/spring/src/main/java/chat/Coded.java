package chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.websocket.DecodeException;
import jakarta.websocket.Decoder;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Encoder;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** /chat/{username}: the Jakarta tutorials' endpoint, whose coders make a Line of JSON. The name comes from the path. */
@Component
@ServerEndpoint(value = "/chat/{username}", decoders = Coded.LineDecoder.class, encoders = Coded.LineEncoder.class)
public class Coded {
    private static final Set<Session> SESSIONS = ConcurrentHashMap.newKeySet();
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Fields that are missing stay null; one that is unknown cannot be decoded. */
    public static class Line {
        public String from;
        public String to;
        public String content;

        public Line() {}

        Line(String from, String content) {
            this.from = from;
            this.content = content;
        }
    }

    @OnOpen
    public void onOpen(Session session, @PathParam("username") String username) {
        SESSIONS.add(session);
        broadcast(new Line(username, "Connected!"));
    }

    @OnMessage
    public void onMessage(Session session, Line line, @PathParam("username") String username) {
        line.from = username;
        broadcast(line);
    }

    @OnClose
    public void onClose(Session session, @PathParam("username") String username) {
        SESSIONS.remove(session);
        broadcast(new Line(username, "Disconnected!"));
    }

    /** The link lives on, as in the tutorials, whose handler is empty. */
    @OnError
    public void onError(Session session, Throwable error) {}

    private static void broadcast(Line line) {
        for (var each : SESSIONS) {
            synchronized (each) {
                try {
                    each.getBasicRemote().sendObject(line);
                } catch (IOException | EncodeException | IllegalStateException gone) {
                    SESSIONS.remove(each);
                }
            }
        }
    }

    public static class LineDecoder implements Decoder.Text<Line> {
        @Override
        public Line decode(String text) throws DecodeException {
            try {
                return JSON.readValue(text, Line.class);
            } catch (JsonProcessingException error) {
                throw new DecodeException(text, "not a line", error);
            }
        }

        @Override
        public boolean willDecode(String text) {
            return text != null;
        }
    }

    public static class LineEncoder implements Encoder.Text<Line> {
        @Override
        public String encode(Line line) throws EncodeException {
            try {
                return JSON.writeValueAsString(line);
            } catch (JsonProcessingException error) {
                throw new EncodeException(line, "not JSON", error);
            }
        }
    }
}
