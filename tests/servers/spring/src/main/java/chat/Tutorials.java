package chat;

import java.security.Principal;
import java.util.List;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.simp.SimpMessageSendingOperations;
import org.springframework.messaging.simp.annotation.SendToUser;
import org.springframework.messaging.simp.annotation.SubscribeMapping;
import org.springframework.stereotype.Controller;

/** What further tutorials do: add the time, keep rooms apart, answer the sender alone, write to one person, tell what was said before. */
@Controller
class Tutorials {
    record Line(String from, String text) {}

    record Timed(String from, String text, String time) {}

    record Answer(String content) {}

    record Failure(String error) {}

    record Letter(String to, String from, String content) {}

    private final SimpMessageSendingOperations messages;

    Tutorials(SimpMessageSendingOperations messages) {
        this.messages = messages;
    }

    @MessageMapping("/chat")
    @SendTo("/topic/messages")
    Timed timed(Line line) {
        return new Timed(line.from(), line.text(), "12:34");
    }

    @MessageMapping("/room.{room}")
    @SendTo("/topic/public.{room}")
    Line room(@DestinationVariable String room, Line line) {
        return line;
    }

    @MessageMapping("/question")
    @SendToUser("/queue/reply")
    Answer question(Line line) {
        return new Answer("You asked: " + line.text());
    }

    /** Answers a subscription, to whoever subscribes. */
    @SubscribeMapping("/history")
    List<Line> history() {
        return List.of(new Line("bob", "good morning"), new Line("eve", "how are you"));
    }

    @MessageMapping("/strict")
    @SendTo("/topic/messages")
    Line strict(Line line) {
        throw new IllegalArgumentException("You are muted");
    }

    @MessageExceptionHandler(IllegalArgumentException.class)
    @SendToUser("/queue/errors")
    Failure failed(IllegalArgumentException error) {
        return new Failure(error.getMessage());
    }

    /** The sender hears nothing of it. */
    @MessageMapping("/private")
    void letter(Letter letter, Principal sender) {
        var told = new Letter(letter.to(), sender.getName(), letter.content());
        messages.convertAndSendToUser(letter.to(), "/queue/messages", told);
    }
}
